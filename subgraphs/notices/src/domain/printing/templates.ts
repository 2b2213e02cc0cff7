/** The six templates of the printed notice. Source: Domain facts, Reporting and receipts §4.2. */

/** SINGLE one amount; INSTALMENTS a plan; INFRACTION the two amounts of a fine under the highway code (CdS). */
export type TemplateKind = 'SINGLE' | 'INSTALMENTS' | 'INFRACTION';

export interface Template {
  readonly id: string;
  readonly kind: TemplateKind;
  /** Whether the notice has a slip for payment at the post office. */
  readonly postal: boolean;
  readonly description: string;
}

export const TEMPLATES: readonly Template[] = [
  { id: 'TemplateSingleInstalment', kind: 'SINGLE', postal: false, description: 'One amount to pay.' },
  { id: 'TemplateSingleInstalmentPoste', kind: 'SINGLE', postal: true, description: 'One amount to pay, with a postal slip.' },
  {
    id: 'TemplateInstalments',
    kind: 'INSTALMENTS',
    postal: false,
    description: 'A plan of 2 to 12 instalments; up to 9 also payable at once.',
  },
  {
    id: 'TemplateInstalmentsPoste',
    kind: 'INSTALMENTS',
    postal: true,
    description: 'A plan of 2 to 12 instalments, up to 9 also payable at once, with postal slips.',
  },
  {
    id: 'TemplateCdsInfraction',
    kind: 'INFRACTION',
    postal: false,
    description: 'A fine under the highway code: the reduced and the discounted amount.',
  },
  {
    id: 'TemplateCdsInfractionPoste',
    kind: 'INFRACTION',
    postal: true,
    description: 'A fine under the highway code: the reduced and the discounted amount, with postal slips.',
  },
];

export const TEMPLATE_IDS = TEMPLATES.map(({ id }) => id);

export function templateOf(id: string): Template | undefined {
  return TEMPLATES.find((template) => template.id === id);
}
