/**
 * Rule: where a station is called. An absolute http or https URL without user, password or fragment; a host that only the platform's own
 * network can reach is refused unless the deployment allows it (development). Source: design section 7; SSRF rule of the Back Office.
 */
import { type Parsed, accepted, refused } from '@nodo-aperto/kernel/faults';
import { isPrivateAddress } from '@nodo-aperto/kernel/soap';

const LONGEST_URL = 255;
const VISIBLE = /^[\x21-\x7e]+$/;

/** A parse function for endpoints under the deployment's choice. */
export function endpointParser(allowPrivateEndpoints: boolean): (value: unknown) => Parsed<string> {
  return (value) => {
    const url = typeof value === 'string' && value.length <= LONGEST_URL && VISIBLE.test(value) ? URL.parse(value) : null;
    if (!url || !/^https?:$/.test(url.protocol)) return refused(`an http or https URL of at most ${LONGEST_URL} characters`);
    if (url.username !== '' || url.password !== '') return refused('a URL without user and password in it');
    if (url.hash !== '') return refused('a URL without a fragment (#…)');
    if (!allowPrivateEndpoints && isPrivateAddress(url.hostname))
      return refused('a URL that does not lead to a loopback, link-local or private address');
    return accepted(value as string);
  };
}
