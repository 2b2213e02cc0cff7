/** A Content-Type header, taken apart; both parts in lower case. */
export interface ContentType {
  readonly mediaType: string;
  readonly charset?: string;
}

/** Reads a Content-Type header; undefined when there is none. */
export function parseContentType(header: string | undefined): ContentType | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const [mediaType = '', ...parameters] = header.toLowerCase().split(';');
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim() === 'charset') return { mediaType: mediaType.trim(), charset: value.trim().replace(/^"(.*)"$/, '$1') };
  }
  return { mediaType: mediaType.trim() };
}

/**
 * Whether a message may be a SOAP 1.1 envelope by its Content-Type. SOAP 1.1 asks for text/xml (section 6);
 * application/xml is what some stacks send, and a message that does not say is judged by its content.
 */
export function mayBeSoap(contentType: ContentType | undefined): boolean {
  return contentType === undefined || contentType.mediaType === 'text/xml' || contentType.mediaType === 'application/xml';
}

/** The value of the SOAPAction header for an operation: quoted, as SOAP 1.1 section 6.1.1 asks. */
export function soapAction(operation: string): string {
  return `"${operation}"`;
}
