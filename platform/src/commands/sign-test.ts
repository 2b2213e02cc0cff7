/** `platform sign-test`: signs a file in the names of test persons, in CAdES-BES, by the test authority of the data folder. */
import { readFile, writeFile } from 'node:fs/promises';
import { isPersonFiscalCode } from '@nodo-aperto/kernel/identifiers';
import { signForTest } from '@nodo-aperto/kernel/signatures';
import { CommandError } from '../failure.ts';
import { layFoundation } from '../foundation.ts';
import { testAuthority } from '../test-authority.ts';

export interface SignTestOptions {
  fiscalCode: readonly string[];
  output?: string;
  data: string;
}

/** @returns where the signed file is */
export async function signTest(file: string, options: SignTestOptions): Promise<string> {
  const people = options.fiscalCode.map((each) => each.toUpperCase());
  const wrong = people.find((each) => !isPersonFiscalCode(each));
  if (wrong !== undefined) throw new CommandError(`"${wrong}" is not the tax code of a person; expected 16 letters and digits.`);
  const { environment, folder, clock } = await layFoundation({ service: 'sign-test', folder: options.data });
  if (environment.NODE_ENV === 'production') throw new CommandError('Test signatures are not made in production.');
  const document = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The file ${file} cannot be read (${error.code}).`);
  });
  const authority = await testAuthority(folder, clock);
  const signers = people.map((fiscalCode) => ({ fiscalCode, commonName: `Test signer ${fiscalCode}` }));
  const signed = await signForTest(authority, document, signers, { at: clock.now() });
  const output = options.output ?? `${file}.p7m`;
  await writeFile(output, signed).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The file ${output} cannot be written (${error.code}).`);
  });
  return output;
}
