/**
 * Whether a station answers at an endpoint: a real call with a deadline, of a notice that nobody has. Addresses inside the platform's own
 * network are refused, also when a name leads there. Source: domain facts, Onboarding section 5.6 (connection test).
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { InputError, LimitError } from '@nodo-aperto/kernel/faults';
import { type CreditorFiscalCode, parseCreditorFiscalCode, PROBE_NOTICE_NUMBER } from '@nodo-aperto/kernel/identifiers';
import { paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import type { StationConnector } from '@nodo-aperto/kernel/soap';
import { connectionResult, type ConnectionResult } from '../domain/connection-outcome.ts';
import { endpointParser } from '../domain/endpoint-address.ts';
import type { RuleOptions } from '../domain/kinds.ts';
import type { Institution } from '../domain/permissions/institution.ts';
import type { AuditService } from './audit.ts';
import type { PermissionService } from './permissions.ts';

export interface ConnectionTestRequest {
  readonly endpoint: string;
  /** Fiscal code of the creditor that the call asks for; absent: the broker's own code. */
  readonly creditorInstitution?: string | null;
  /** Whose station it is (to be), where not the caller's own. */
  readonly institution?: Institution | null;
}

export interface ConnectionTestService {
  /** @throws InputError for an address that may not be called; ForbiddenError; LimitError when too many tests run */
  test(principal: Principal, request: ConnectionTestRequest): Promise<ConnectionResult>;
}

/** As long as a creditor may take to answer a verification in production. */
const DEADLINE_MS = 7_000;
const AT_ONCE = 8;
/** For a broker that is no creditor itself and names none. */
const ANY_CREDITOR = '00000000000';

export function connectionTestService(parts: {
  connector: StationConnector;
  rules: RuleOptions;
  permissions: PermissionService;
  audit: AuditService;
}): ConnectionTestService {
  const { connector, rules, permissions, audit } = parts;
  const parse = endpointParser(rules.allowPrivateEndpoints);
  let running = 0;
  return {
    async test(principal, { endpoint, creditorInstitution, institution: given }) {
      const { institution } = await permissions.actingFor(principal, 'STATIONS', given);
      const parsed = parse(endpoint);
      if (!parsed.ok) throw InputError.at('endpoint', 'is not valid', parsed.expected);
      const creditor = creditorOf(creditorInstitution, institution.code);
      if (running >= AT_ONCE) throw new LimitError(`${AT_ONCE} connections are being tested; try again in a few seconds.`, 5);
      running += 1;
      try {
        const answer = await connector.callOperation({ endpoint: parsed.value, deadlineMs: DEADLINE_MS }, paVerifyPaymentNotice, {
          idPA: creditor,
          idBrokerPA: institution.code,
          idStation: `${institution.code}_01`.slice(-35),
          qrCode: { fiscalCode: creditor, noticeNumber: PROBE_NOTICE_NUMBER },
        });
        const result = connectionResult(
          answer.kind === 'ANSWER' ? { kind: 'ANSWER', elapsedMs: answer.elapsedMs, outcome: answer.message.outcome } : answer,
        );
        const detail = { outcome: result.outcome, host: new URL(parsed.value).host };
        await audit.note(principal, {
          action: 'CONNECTION_TESTED',
          objectKind: 'STATION',
          objectCode: institution.code,
          audience: [],
          detail,
        });
        return result;
      } finally {
        running -= 1;
      }
    },
  };
}

function creditorOf(given: string | null | undefined, broker: string): CreditorFiscalCode {
  const parsed = parseCreditorFiscalCode(given ?? broker);
  if (parsed.ok) return parsed.value;
  if (given) throw InputError.at('creditorInstitution', 'is not valid', parsed.expected);
  return ANY_CREDITOR as CreditorFiscalCode;
}
