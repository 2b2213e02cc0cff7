/** `POST /aca/v1/paCreatePosition`: one upsert for create, update and invalidate. Contract: openapi/paCreatePosition.json. */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { InputError, invariant } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import { toLocalDateTime } from '@nodo-aperto/kernel/time';
import { placedNotice } from '../domain/position.ts';
import { loadPositions } from '../services/load-positions.ts';
import type { Writing, Written } from '../services/position-writes.ts';
import type { FieldNames, RawFields } from '../services/read-thin-position.ts';
import { sendRefusal, warningOf } from './refusals.ts';

/** The fields as the contract calls them. */
export const ACA_FIELD_NAMES: FieldNames = {
  creditorFiscalCode: 'paFiscalCode',
  debtorType: 'entityType',
  debtorFiscalCode: 'entityFiscalCode',
  debtorFullName: 'entityFullName',
  iuv: 'iuv',
  noticeNumber: 'nav',
  amount: 'amount',
  description: 'description',
  expirationDate: 'expirationDate',
  iban: 'iban',
  postalIban: 'postalIban',
  switchToExpired: 'switchToExpired',
  payStandIn: 'payStandIn',
};

export function acaEdge({ writing, directory }: { writing: Writing; directory: Directory }): Edge {
  return {
    name: 'aca',
    async register(app) {
      app.post('/aca/v1/paCreatePosition', async (request, reply) => {
        const key = await apiKeyOf(request, directory, 'aca');
        const [result] = await loadPositions(writing, [bodyOf(request.body)], {
          actor: { kind: 'PARTY', code: key.party },
          names: ACA_FIELD_NAMES,
        });
        invariant(result !== undefined, 'one item has one result');
        return result.ok ? reply.send(answerOf(result.value)) : sendRefusal(reply, result.refusal);
      });
    },
  };
}

function bodyOf(body: unknown): RawFields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as RawFields;
  throw InputError.at('', 'the body is not a position', 'a JSON object with the fields of a position');
}

/** The position as it is now. `warnings` is there only when something was odd. */
function answerOf({ action, position, noticeNumber, warnings }: Written) {
  const placed = noticeNumber === undefined ? undefined : placedNotice(position, noticeNumber);
  invariant(placed !== undefined, 'the notice that was written is in its position');
  const { instalment, option } = placed;
  const [transfer] = instalment.transfers;
  return {
    paFiscalCode: position.creditorFiscalCode,
    companyName: position.companyName,
    entityType: position.debtor.type,
    entityFiscalCode: position.debtor.fiscalCode,
    entityFullName: position.debtor.fullName,
    iuv: instalment.iuv,
    nav: instalment.noticeNumber,
    amount: action === 'INVALIDATED' ? 0 : instalment.amount,
    description: instalment.description,
    expirationDate: toLocalDateTime(instalment.dueDate),
    iban: transfer?.iban,
    postalIban: transfer?.postalIban,
    switchToExpired: option.switchToExpired,
    payStandIn: position.payStandIn,
    status: instalment.status,
    ...(warnings.length > 0 && { warnings: warnings.map(warningOf) }),
  };
}
