/**
 * What a contract says: who takes part and as what, who signs for it, and what both sides undertake. The text is the project's own; a new
 * wording is a new version of the template. Source: domain facts, Onboarding sections 5.1 and 5.3.
 */
import type { RequestContent } from '../onboarding/request.ts';
import { roleOfType } from '../onboarding/institution-type.ts';

/** Name and version of the template. */
export const CONTRACT_TEMPLATE = 'adesione-1.0';

export interface Article {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const CAPACITY = { EC: 'ente creditore', PSP: 'prestatore di servizi di pagamento', PARTNER: 'partner tecnologico' } as const;
const ROLE = { MANAGER: 'Legale rappresentante', DELEGATE: 'Delegato' } as const;

/** @param code the code that the institution will have on the platform */
export function articlesOf({ institution, users }: RequestContent, code: string): readonly Article[] {
  const capacity = CAPACITY[roleOfType(institution.type) ?? 'EC'];
  const connection = institution.direct ? 'con collegamento diretto' : 'tramite un intermediario';
  const { psp } = institution;
  return [
    {
      title: '1. Le parti',
      paragraphs: [
        `${institution.name}, codice fiscale ${institution.fiscalCode}, ${institution.address}, domicilio digitale ${institution.digitalAddress}, aderisce alla piattaforma in qualità di ${capacity} (${institution.type}), ${connection}, con il codice ${code}.`,
        ...(psp
          ? [
              `Dati del prestatore: ${psp.providerNames.join(', ')}; codice ABI ${psp.abiCode ?? 'non assegnato'}; contratto ${psp.contractType} n. ${psp.contractId}; registro imprese ${psp.businessRegisterNumber}; ${psp.legalRegisterName} n. ${psp.legalRegisterNumber}.`,
            ]
          : []),
      ],
    },
    {
      title: '2. Le persone',
      paragraphs: users.map(
        (user) => `${ROLE[user.role]}: ${user.name} ${user.familyName}, codice fiscale ${user.fiscalCode}, ${user.email}.`,
      ),
    },
    {
      title: '3. Gli impegni dell’aderente',
      paragraphs: [
        'L’aderente comunica dati esatti e li tiene aggiornati; custodisce le credenziali dei propri sistemi; rispetta le specifiche pubblicate, i livelli di servizio e le scadenze delle iniziative che lo riguardano.',
        'Le persone indicate operano sulla piattaforma in nome dell’aderente, che ne nomina altre e ne revoca i poteri.',
      ],
    },
    {
      title: '4. Gli impegni della piattaforma',
      paragraphs: [
        'La piattaforma instrada richieste, pagamenti e ricevute verso i sistemi configurati, conserva traccia di ogni modifica e la mostra all’aderente.',
        'Il recesso è possibile in ogni momento; le operazioni già iniziate si concludono.',
      ],
    },
  ];
}
