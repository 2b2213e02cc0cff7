/** Signed documents: CMS and CAdES, the authorities that are trusted, and an authority for tests. */
export { readAnchors } from './anchors.ts';
export { readSignedDocument, type Signature, type SignedDocument } from './signed-document.ts';
export { createTestAuthority, type SignOptions, signForTest, type TestAuthority, type TestSigner } from './test-authority.ts';
export type { Certificate } from 'pkijs';
