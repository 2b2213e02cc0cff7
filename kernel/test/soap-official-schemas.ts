import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { XmlDocument, XsdValidator, XmlValidateError } from 'libxml2-wasm';
import type { XmlElement } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

/** Where the official contracts are, if they are on this machine at all: they are not part of the project. */
const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const contracts = resolve(repository, process.env['CONTRACTS_DIR'] ?? '../shared/contracts');

export const hasContracts = existsSync(contracts);

/** The text of a file of the contracts. */
export function contractFile(path: string): string {
  return readFileSync(resolve(contracts, path), 'utf8');
}

/** What an official schema says of a document: nothing when it is valid, else its first complaint. */
export interface OfficialSchema extends Disposable {
  /** Judges the message in the Body of an envelope. */
  complaintAboutBody(envelope: string): string | undefined;
  /** Judges a whole document. */
  complaintAbout(document: string): string | undefined;
}

/** Loads a schema by its path in the contracts, with what it imports. */
export function officialSchema(path: string): OfficialSchema {
  xmlRegisterFsInputProviders();
  const file = resolve(contracts, path);
  const schema = XmlDocument.fromBuffer(readFileSync(file), { url: pathToFileURL(file).href });
  const validator = XsdValidator.fromDoc(schema);
  schema.dispose();

  function judge(text: string, pick: (document: XmlDocument) => XmlDocument | XmlElement): string | undefined {
    const document = XmlDocument.fromString(text);
    try {
      validator.validate(pick(document) as XmlDocument);
      return undefined;
    } catch (error) {
      if (error instanceof XmlValidateError) return error.message;
      throw error;
    } finally {
      document.dispose();
    }
  }

  return {
    complaintAbout: (text) => judge(text, (document) => document),
    complaintAboutBody: (text) =>
      judge(text, (document) => {
        const message = document.get('/*[local-name()="Envelope"]/*[local-name()="Body"]/*');
        if (message === null) throw new Error('the envelope holds no message');
        return message as XmlElement;
      }),
    [Symbol.dispose]: () => validator.dispose(),
  };
}
