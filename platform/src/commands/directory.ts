/** Commands that work on the database without serving anybody: migrate, import, export. */
import { readFile } from 'node:fs/promises';
import { hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { CommandError } from '../failure.ts';
import { type Foundation, layFoundation } from '../foundation.ts';
import { hostOptions } from '../host-options.ts';
import { exportDirectory, importDirectory } from '../operator.ts';
import { SUBGRAPHS } from '../subgraphs.ts';

export interface DatabaseCommandOptions {
  data: string;
}

const LARGEST_FILE = 64 * 1024 * 1024;

export async function migrate(options: DatabaseCommandOptions): Promise<string> {
  return withSubgraphs(options, SUBGRAPHS, async () => `The tables of ${SUBGRAPHS.map(({ name }) => name).join(', ')} are up to date.`);
}

export async function importFile(file: string, options: DatabaseCommandOptions): Promise<string> {
  const text = await readDirectoryFile(file);
  return withSubgraphs(options, onboardingOnly(), ([onboarding]) => importDirectory(onboarding!, text, file));
}

export async function exportFile(options: DatabaseCommandOptions): Promise<string> {
  return withSubgraphs(options, onboardingOnly(), ([onboarding]) => exportDirectory(onboarding!));
}

/** @throws CommandError naming the file when it cannot be read or is too large */
export async function readDirectoryFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The directory file ${file} cannot be read (${error.code}).`);
  });
  if (text.length > LARGEST_FILE) throw new CommandError(`The directory file ${file} is larger than ${LARGEST_FILE / 1024 / 1024} MiB.`);
  return text;
}

function onboardingOnly() {
  return SUBGRAPHS.filter(({ name }) => name === 'onboarding');
}

type Hosted = Awaited<ReturnType<typeof hostSubgraphs>>['subgraphs'];

/** Hosts the subgraphs without their recurrent work, does something with them, and lets go of everything. */
export async function withSubgraphs(
  options: DatabaseCommandOptions,
  definitions: typeof SUBGRAPHS,
  work: (subgraphs: Hosted) => Promise<string>,
): Promise<string> {
  const foundation: Foundation = await layFoundation({ service: 'platform', folder: options.data });
  const database = await foundation.openDatabase();
  try {
    const hosting = await hostSubgraphs(definitions, { ...(await hostOptions(foundation)), databaseUrl: database.url, work: false });
    try {
      return await work(hosting.subgraphs);
    } finally {
      await hosting.stop();
    }
  } finally {
    await database.release();
  }
}
