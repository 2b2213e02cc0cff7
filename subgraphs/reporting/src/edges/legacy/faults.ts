import { type Fault, faultBeanOf } from '@nodo-aperto/kernel/faults';

/** A fault as the legacy answers carry it. Their text may hold no character that XML does not allow: ours never does. */
export function beanOf(fault: Fault): { faultCode: string; faultString: string; id: string; description?: string } {
  return faultBeanOf(fault, { extended: false });
}
