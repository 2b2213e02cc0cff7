/** Commands of the operator, executed on a hosted subgraph's own schema: the same code and the same checks as through the gateway. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { HostedSubgraph } from '@nodo-aperto/kernel/subgraph';
import { graphql } from 'graphql';
import { CommandError } from './failure.ts';

const OPERATOR: Omit<Principal, 'expiresAt'> = { subject: 'command-line', role: 'OPERATOR' };

/** What the import of a directory file answers. */
interface ImportAnswer {
  importDirectory: {
    created: number;
    updated: number;
    unchanged: number;
    issues: { line: number | null; path: string; message: string; expected: string | null }[];
  };
}

const IMPORT = `mutation ($file: String!) {
  importDirectory(file: $file) { created updated unchanged issues { line path message expected } }
}`;

/**
 * Loads a directory file: all of it, or nothing.
 * @returns one sentence that says what changed
 * @throws CommandError that names every bad line
 */
export async function importDirectory(onboarding: HostedSubgraph, file: string, name: string): Promise<string> {
  const { importDirectory: answer } = await execute<ImportAnswer>(onboarding, IMPORT, { file });
  if (answer.issues.length > 0) {
    throw new CommandError(
      `The directory file ${name} was not loaded: ${answer.issues.length} ${answer.issues.length === 1 ? 'place is' : 'places are'} wrong. Nothing was changed.`,
      answer.issues.map(
        (issue) =>
          `  ${issue.line === null ? '' : `line ${issue.line}, `}${issue.path}: ${issue.message}${issue.expected ? `; expected ${issue.expected}` : ''}`,
      ),
    );
  }
  return `Directory file ${name}: ${answer.created} created, ${answer.updated} updated, ${answer.unchanged} unchanged.`;
}

/** The directory as a file that can be imported again. */
export async function exportDirectory(onboarding: HostedSubgraph): Promise<string> {
  return (await execute<{ exportDirectory: string }>(onboarding, '{ exportDirectory }', {})).exportDirectory;
}

/** Runs an operation on a subgraph as an operator. @throws CommandError with the messages of its errors */
export async function execute<Data>(subgraph: HostedSubgraph, source: string, variableValues: Record<string, unknown>): Promise<Data> {
  const contextValue = subgraph.context({ ...OPERATOR, expiresAt: Number.MAX_SAFE_INTEGER }, { id: 'command-line' });
  const result = await graphql({ schema: subgraph.schema, source, contextValue, variableValues });
  if (result.errors?.length) throw new CommandError(result.errors.map((error) => error.message).join(' '));
  return result.data as Data;
}
