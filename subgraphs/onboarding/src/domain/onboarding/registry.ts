/**
 * Rule: an institution is who its registry says it is: its name, certified e-mail address and recipient code are those of its entry, and where
 * the registry knows who represents it, its managers are among them. Public bodies are in the public index (IPA). Origins without a registry
 * here are looked at by an operator, who approves the request. Source: domain facts, Onboarding sections 5.1, 5.2 and 5.4.
 */
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { z } from 'zod';
import { type InstitutionType, ORIGINS, type Origin } from './institution-type.ts';
import type { RequestContent } from './request.ts';
import { needsApproval, workflowFor } from './workflow.ts';

export const registrySchema = z.strictObject({
  institutions: z
    .array(
      z.strictObject({
        origin: z.enum(ORIGINS),
        originId: z.string().min(1).max(35),
        fiscalCode: z.string().regex(/^\d{11}$/, { error: 'expected 11 digits' }),
        name: z.string().min(1).max(140),
        digitalAddress: z.string().min(3).max(255),
        address: z.string().min(1).max(140),
        recipientCodes: z
          .array(z.string().regex(/^[A-Z0-9]{6,7}$/))
          .max(1_000)
          .default([]),
        /** Tax codes of those who represent it; absent where the registry does not know. */
        managers: z
          .array(z.string().regex(/^[A-Z0-9]{16}$/))
          .max(100)
          .optional(),
      }),
    )
    .max(100_000),
});

/** An institution as a public registry knows it. */
export type RegistryEntry = z.output<typeof registrySchema>['institutions'][number];

/** Finds institutions by origin and fiscal code. */
export interface InstitutionRegistry {
  find(fiscalCode: string, origin: Origin): RegistryEntry | undefined;
  /** Every entry of a fiscal code, in the order of the origins. */
  entriesOf(fiscalCode: string): readonly RegistryEntry[];
}

export function registryOf(entries: readonly RegistryEntry[]): InstitutionRegistry {
  const byCode = new Map<string, RegistryEntry[]>();
  for (const entry of entries) byCode.set(entry.fiscalCode, [...(byCode.get(entry.fiscalCode) ?? []), entry]);
  for (const found of byCode.values()) found.sort((one, other) => ORIGINS.indexOf(one.origin) - ORIGINS.indexOf(other.origin));
  return {
    find: (fiscalCode, origin) => byCode.get(fiscalCode)?.find((entry) => entry.origin === origin),
    entriesOf: (fiscalCode) => byCode.get(fiscalCode) ?? [],
  };
}

const PUBLIC: readonly InstitutionType[] = ['PA'];

/** How a request differs from the registry; empty when it does not. */
export function registryIssues({ institution, users }: RequestContent, registry: InstitutionRegistry): readonly InputIssue[] {
  const { type, origin, fiscalCode } = institution;
  if (PUBLIC.includes(type) && origin !== 'IPA')
    return [{ path: 'institution.origin', message: `is ${origin}`, expected: `IPA, where every institution of type ${type} is` }];
  const entry = registry.find(fiscalCode, origin);
  if (!entry) {
    if (origin !== 'IPA' && needsApproval(workflowFor(institution))) return [];
    return [
      { path: 'institution.fiscalCode', message: `is not in the registry ${origin}`, expected: 'an institution that the registry knows' },
    ];
  }
  const issues: InputIssue[] = [];
  const differs = (path: string): void =>
    void issues.push({ path: `institution.${path}`, message: 'is another than in the registry', expected: `what ${origin} holds` });
  if (institution.originId && institution.originId !== entry.originId) differs('originId');
  if (plain(institution.name) !== plain(entry.name)) differs('name');
  if (plain(institution.digitalAddress) !== plain(entry.digitalAddress)) differs('digitalAddress');
  if (institution.recipientCode && !entry.recipientCodes.includes(institution.recipientCode)) differs('recipientCode');
  for (const [index, user] of users.entries()) {
    if (user.role !== 'MANAGER' || !entry.managers || entry.managers.includes(user.fiscalCode.toUpperCase())) continue;
    issues.push({
      path: `users.${index}.fiscalCode`,
      message: 'is not a manager of the institution',
      expected: `a manager that ${origin} knows`,
    });
  }
  return issues;
}

function plain(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('it');
}
