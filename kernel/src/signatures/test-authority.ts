/**
 * An authority for tests and development: it certifies whoever it is told to, and signs documents in their name in CAdES-BES. No platform in
 * production trusts it. Its key is made anew for every data folder.
 */
import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { ObjectIdentifier, OctetString, Sequence, UTCTime } from 'asn1js';
import {
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { asDate, DAY, MINUTE } from '../time/index.ts';

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const YEARS = 3_653 * DAY;
const NAME = 'CN=Test authority of Nodo Aperto, O=Nodo Aperto, C=IT';
const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/** An authority as it is kept: both in PEM form. */
export interface TestAuthority {
  readonly certificate: string;
  readonly key: string;
}

/** Who is to have signed. */
export interface TestSigner {
  /** Tax code that the certificate carries; none when absent. */
  readonly fiscalCode?: string;
  readonly commonName?: string;
}

export interface SignOptions {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whether the signature names its certificate, as CAdES asks; true when absent. */
  readonly cades?: boolean;
  /** Whether the document is inside; true when absent. */
  readonly enveloping?: boolean;
}

/** @param now epoch milliseconds; the authority is valid from a day before on, for twenty years */
export async function createTestAuthority(now: number): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: NAME,
    serialNumber: '01',
    notBefore: asDate(now - DAY),
    notAfter: asDate(now + 2 * YEARS),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate: certificate.toString('pem'), key };
}

/**
 * Signs a document in the names of these people, who sign beside one another.
 * @returns the signed document (`.p7m`), DER
 */
export async function signForTest(
  authority: TestAuthority,
  document: Uint8Array,
  signers: readonly TestSigner[],
  { at, cades = true, enveloping = true }: SignOptions,
): Promise<Uint8Array> {
  const content = Uint8Array.from(document).buffer;
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: OID.data,
      ...(enveloping && { eContent: new OctetString({ valueHex: content }) }),
    }),
    certificates: [],
  });
  for (const [index, signer] of signers.entries()) {
    const { certificate, key } = await certify(authority, signer, { at, serial: index + 2 });
    signed.certificates?.push(certificate);
    signed.signerInfos.push(
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes: attributesOf(document, certificate, { at, cades }) }),
      }),
    );
    await signed.sign(key, index, 'SHA-256', content);
  }
  const info = new ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER());
}

function attributesOf(document: Uint8Array, certificate: Certificate, { at, cades }: { at: number; cades: boolean }): Attribute[] {
  const digest = new OctetString({ valueHex: sha256(document) });
  const named = new OctetString({ valueHex: sha256(new Uint8Array(certificate.toSchema(true).toBER())) });
  const one = (type: string, value: object): Attribute => new Attribute({ type, values: [value] });
  const sequence = (...value: (Sequence | OctetString)[]): Sequence => new Sequence({ value });
  return [
    one(OID.contentType, new ObjectIdentifier({ value: OID.data })),
    one(OID.signingTime, new UTCTime({ valueDate: asDate(at) })),
    one(OID.messageDigest, digest),
    ...(cades ? [one(OID.signingCertificateV2, sequence(sequence(sequence(named))))] : []),
  ];
}

/** A certificate of a person, for a key that is forgotten with the signature. */
async function certify(
  authority: TestAuthority,
  { fiscalCode, commonName = 'Test signer' }: TestSigner,
  { at, serial }: { at: number; serial: number },
): Promise<{ certificate: Certificate; key: webcrypto.CryptoKey }> {
  const keys = await webcrypto.subtle.generateKey(KEY, false, ['sign', 'verify']);
  const signingKey = await webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(authority.key), KEY, false, ['sign']);
  const issuer = new X509Certificate(authority.certificate);
  const generated = await X509CertificateGenerator.create({
    issuer: issuer.subjectName,
    subject: [{ CN: [commonName] }, ...(fiscalCode === undefined ? [] : [{ '2.5.4.5': [`TINIT-${fiscalCode}`] }]), { C: ['IT'] }],
    serialNumber: serial.toString(16).padStart(4, '0'),
    notBefore: asDate(at - MINUTE),
    notAfter: asDate(at + YEARS),
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [new KeyUsagesExtension(KeyUsageFlags.nonRepudiation, true)],
  });
  return { certificate: Certificate.fromBER(generated.rawData), key: keys.privateKey };
}

function sha256(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(createHash('sha256').update(bytes).digest()).buffer;
}
