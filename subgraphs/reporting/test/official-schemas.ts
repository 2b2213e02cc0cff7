/** Checks XML against the official XSD files, which are not part of the project: CONTRACTS_DIR, by default beside it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { XmlDocument, type XmlElement, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = resolve(ROOT, process.env['CONTRACTS_DIR'] ?? '../shared/contracts');

/** What a schema says of a document, or of the message in the Body of an envelope: nothing when it is valid, else its complaint. */
export function officialSchema(path: string): (text: string) => string | undefined {
  xmlRegisterFsInputProviders();
  const file = resolve(FOLDER, path);
  const schema = XmlDocument.fromBuffer(readFileSync(file), { url: pathToFileURL(file).href });
  const validator = XsdValidator.fromDoc(schema);
  schema.dispose();
  return (text) => {
    const document = XmlDocument.fromString(text);
    const message = document.get('/*[local-name()="Envelope"]/*[local-name()="Body"]/*') as XmlElement | null;
    try {
      validator.validate((message ?? document) as XmlDocument);
      return undefined;
    } catch (error) {
      if (error instanceof XmlValidateError) return error.message;
      throw error;
    } finally {
      document.dispose();
    }
  };
}
