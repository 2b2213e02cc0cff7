/**
 * Reads a document that is signed in CMS form (`.p7m`): what was signed, by whom, and whether each signature is CAdES and holds. Documents
 * that were signed one signature around the other are read through all layers. Source: RFC 5652; ETSI EN 319 122-1 (CAdES).
 */
import { createHash } from 'node:crypto';
import { fromBER, OctetString, Sequence } from 'asn1js';
import { Attribute, AttributeTypeAndValue, type Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { asDate } from '../time/index.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  serialNumber: '2.5.4.5',
} as const;

/** Hash functions that a signature may name its certificate with. */
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const MOST_LAYERS = 5;
const MOST_SIGNATURES = 20;
const TAX_CODE = /^TINIT-([A-Z0-9]{16})$/;

export interface Signature {
  /** Whether it has the form of CAdES: the signed attributes name the signer's certificate by its hash. */
  readonly cades: boolean;
  /** Tax code in the signer's certificate (`TINIT-…`); undefined when there is none. */
  readonly taxCode: string | undefined;
  /**
   * Whether the signature is right, over this document, by a certificate that an anchor stands behind.
   * @param at the instant at which certificates must be valid, epoch milliseconds
   */
  holds(anchors: readonly Certificate[], at: number): Promise<boolean>;
}

export interface SignedDocument {
  /** What was signed; undefined when the signature stands alone. */
  readonly content: Uint8Array | undefined;
  /** All signatures of all layers, the outermost first. */
  readonly signatures: readonly Signature[];
}

/** @returns undefined for what is no signed document in CMS form, or is one of more layers or signatures than are read */
export function readSignedDocument(bytes: Uint8Array): SignedDocument | undefined {
  const signatures: Signature[] = [];
  let layer: Layer | undefined = readLayer(bytes);
  for (let depth = 0; layer && depth < MOST_LAYERS; depth += 1) {
    const { signed, content }: Layer = layer;
    signatures.push(...signed.signerInfos.map((signer, index) => signatureOf(signed, signer, index)));
    if (signatures.length > MOST_SIGNATURES) return undefined;
    const inner: Layer | undefined = content && readLayer(content);
    if (!inner) return { content, signatures };
    layer = inner;
  }
  return undefined;
}

interface Layer {
  readonly signed: SignedData;
  readonly content: Uint8Array | undefined;
}

function readLayer(bytes: Uint8Array): Layer | undefined {
  // A sequence, or it is no CMS: documents are not given to the parser.
  if (bytes[0] !== 0x30) return undefined;
  try {
    const { result, offset } = fromBER(Uint8Array.from(bytes).buffer);
    if (offset === -1) return undefined;
    const info = new ContentInfo({ schema: result });
    if (info.contentType !== OID.signedData) return undefined;
    const signed = new SignedData({ schema: info.content });
    const content = signed.encapContentInfo.eContent?.getValue();
    return { signed, content: content && content.byteLength > 0 ? new Uint8Array(content) : undefined };
  } catch {
    return undefined;
  }
}

function signatureOf(signed: SignedData, signer: SignerInfo, index: number): Signature {
  const certificate = certificateOf(signed, signer);
  const named = signer.signedAttrs?.attributes.find(({ type }) => type === OID.signingCertificateV2 || type === OID.signingCertificate);
  return {
    cades: named !== undefined,
    taxCode: certificate && taxCodeOf(certificate),
    async holds(anchors, at) {
      // Only the later form is taken: the first one names certificates by SHA-1.
      if (!certificate || named?.type !== OID.signingCertificateV2 || !namesCertificate(named, certificate)) return false;
      try {
        const { signatureVerified, signerCertificateVerified } = await signed.verify({
          signer: index,
          checkChain: true,
          trustedCerts: [...anchors],
          checkDate: asDate(at),
          extendedMode: true,
        });
        return signatureVerified === true && signerCertificateVerified === true;
      } catch {
        return false;
      }
    },
  };
}

function certificateOf(signed: SignedData, signer: SignerInfo): Certificate | undefined {
  const { sid } = signer;
  if (!(sid instanceof IssuerAndSerialNumber)) return undefined;
  return signed.certificates?.find(
    (each): each is Certificate => 'serialNumber' in each && each.serialNumber.isEqual(sid.serialNumber) && each.issuer.isEqual(sid.issuer),
  );
}

/** Whether the first certificate that the attribute names is the signer's. Source: RFC 5035, ESSCertIDv2 (SHA-256 when no hash is named). */
function namesCertificate(attribute: Attribute, certificate: Certificate): boolean {
  const [first] = elementsOf(elementsOf(attribute.values[0])[0]);
  const parts = elementsOf(first);
  const [algorithm] = parts[0] instanceof Sequence ? elementsOf(parts[0]) : [];
  const hash = algorithm ? HASHES[algorithm.valueBlock.toString()] : 'sha256';
  const digest = parts.find((part) => part instanceof OctetString);
  if (hash === undefined || !digest) return false;
  const expected = createHash(hash)
    .update(new Uint8Array(certificate.toSchema(true).toBER()))
    .digest();
  return expected.equals(new Uint8Array(digest.valueBlock.valueHexView));
}

function elementsOf(value: unknown): Sequence['valueBlock']['value'] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

/** The tax code of the person that a certificate is of. Source: ETSI EN 319 412-1, semantics of serial numbers of natural persons. */
function taxCodeOf(certificate: Certificate): string | undefined {
  for (const part of certificate.subject.typesAndValues as AttributeTypeAndValue[]) {
    if (part.type !== OID.serialNumber) continue;
    const [, code] = TAX_CODE.exec(part.value.valueBlock.value.toUpperCase()) ?? [];
    if (code !== undefined) return code;
  }
  return undefined;
}
