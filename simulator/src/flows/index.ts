export { closedPayments } from './closed-payments.ts';
export { publishFlow } from './publish-flow.ts';
