/** The simulator's own graph: what can be seen and switched of it. */
import { buildSchema } from 'graphql';
import type { FaultKind } from '../creditors/index.ts';

/** Names of the kinds of faults in the graph. */
export const FAULT_NAMES = {
  OFF: 'off',
  TIMEOUT: 'timeout',
  SLOW: 'slow',
  RESET: 'reset',
  HTTP_ERROR: 'httpError',
  MALFORMED: 'malformed',
  BUSINESS_KO: 'businessKo',
  RECEIPTS_REFUSED: 'receiptsRefused',
  WRONG_AMOUNT: 'wrongAmount',
  FLAPPING: 'flapping',
  HALF_OPEN: 'halfOpen',
} as const satisfies Record<string, FaultKind>;
export type FaultName = keyof typeof FAULT_NAMES;

/** The name of a kind in the graph. */
export function faultNameOf(kind: FaultKind): FaultName {
  const names = Object.keys(FAULT_NAMES) as FaultName[];
  return names.find((name) => FAULT_NAMES[name] === kind) ?? 'OFF';
}

export const controlSchema = buildSchema(`
"How a station fails."
enum SimulatedFault {
  "The port is closed: connections are refused."
  OFF
  "Requests are taken and never answered."
  TIMEOUT
  "Answers come late, some later than the caller waits."
  SLOW
  "The connection breaks when the request has been read."
  RESET
  "An HTTP status in place of an answer: 503 unless another is chosen."
  HTTP_ERROR
  "The answer is no valid message."
  MALFORMED
  "Verification and activation are answered KO."
  BUSINESS_KO
  "Receipts are answered KO, all else works."
  RECEIPTS_REFUSED
  "Activation names another amount than verification."
  WRONG_AMOUNT
  "Connections break for a while, then all works for as long, over and over."
  FLAPPING
  "Verification works, activation is never answered."
  HALF_OPEN
}

"Details of a fault; each belongs to one kind, and is refused with another."
input SimulatedFaultDetails {
  "SLOW: half of the answers take longer than these milliseconds."
  medianMilliseconds: Float
  "SLOW: spread of the log-normal times, 0 to 5."
  sigma: Float
  "HTTP_ERROR: the status, 400 to 599."
  status: Int
  "MALFORMED: page, truncated or unknownMessage."
  form: String
  "BUSINESS_KO and RECEIPTS_REFUSED: the code, PAA_PAGAMENTO_SCADUTO for instance."
  code: String
  "WRONG_AMOUNT: how much more, in percent."
  percent: Float
  "FLAPPING: milliseconds that it is down, and then up."
  everyMilliseconds: Float
}

"A creditor of the simulation."
type SimulatedCreditor {
  "Fiscal code."
  fiscalCode: String!
  "Name."
  name: String!
}

"Why a station fails now."
type SimulatedOutage {
  "How it fails."
  fault: SimulatedFault!
  "When it began, ISO 8601."
  startedAt: String!
  "When it ends by itself, ISO 8601; null when somebody has to stop it."
  endsAt: String
  "Whether the simulation began it by itself."
  scheduled: Boolean!
}

"One call that reached a station."
type SimulatedCall {
  "When, ISO 8601."
  at: String!
  "Name of the primitive, or unknown."
  primitive: String!
  "Number of the notice, when the message names one."
  noticeNumber: String
  "OK or KO; NONE when the caller got no message of the contract."
  outcome: String!
  "Code of the KO."
  faultCode: String
  "How the station failed then."
  fault: SimulatedFault
  "Milliseconds until it was answered, broken or left waiting."
  elapsedMilliseconds: Int!
}

"A creditor's station: a SOAP server of the simulation."
type SimulatedStation {
  "Code of the station."
  code: String!
  "The creditor whose station it is."
  creditor: SimulatedCreditor!
  "Code of the broker that runs it."
  broker: String!
  "Where the platform calls it."
  endpoint: String!
  "Whether its port is open."
  on: Boolean!
  "How it fails; null when it works."
  fault: SimulatedFault
  "Since when and until when it fails; null when it works."
  outage: SimulatedOutage
  "Calls that reached it since the simulation started."
  calls: Int!
  "Receipts that it took."
  receipts: Int!
  "Notices that its creditor issued."
  notices: Int!
  "The newest calls, newest first; 1 to 100 of them."
  recentCalls(first: Int! = 20): [SimulatedCall!]!
}

"Payments that failed for the same reason."
type SimulatedFailure {
  "Fault or error code of the platform, the creditor's own when there is one; UNREACHABLE when nothing answered."
  code: String!
  "How many."
  count: Int!
}

"The payments of the simulation since it started."
type SimulatedTraffic {
  "How many payments arrive in a second, on average."
  paymentsPerSecond: Float!
  "Payments that arrived."
  arrived: Int!
  "Arrivals let go because too many payments were in flight."
  notStarted: Int!
  "Payments under way."
  inFlight: Int!
  "Paid with the creditor's own answers."
  standard: Int!
  "Paid in Stand-In, with ACA's answers."
  standIn: Int!
  "Declined by the payer: outcome KO."
  declined: Int!
  "Left by the payer without an outcome."
  abandoned: Int!
  "Failed."
  failed: Int!
  "Failed payments by their reason, most frequent first."
  failures: [SimulatedFailure!]!
}

type Query {
  "Stations in the order of the population: all of them for an operator, their own for creditors and partners; 1 to 1000 of them."
  stations("How many." first: Int! = 100, "Code of the station after which to read on." after: String): [SimulatedStation!]!
  "One station that the caller may see."
  station("Its code." code: String!): SimulatedStation!
  "The traffic; for operators. Null when there is none."
  traffic: SimulatedTraffic
}

type Mutation {
  "Makes a station fail from now on; one that fails already fails in the new way. For operators, and for creditors and partners on their own."
  startOutage(
    "Code of the station."
    station: String!
    "How it fails."
    fault: SimulatedFault! = OFF
    "Its details; usual values when absent."
    details: SimulatedFaultDetails
    "When it works again by itself; null: when it is stopped."
    seconds: Float
  ): SimulatedStation!
  "Makes a station work again."
  stopOutage("Code of the station." station: String!): SimulatedStation!
  "Sets the rate of payments, 0 to pause; for operators."
  setTraffic("0 to 1000." paymentsPerSecond: Float!): SimulatedTraffic!
}
`);
