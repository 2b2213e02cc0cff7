export { closedPayments } from './closed-payments.ts';
export type { FlowContent, FlowPayment } from './closed-payments.ts';
export { publishFlow } from './publish-flow.ts';
export type { FlowSender } from './publish-flow.ts';
