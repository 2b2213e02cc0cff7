/** Who may act on the PSP or the creditor that a path names: the party of the key itself, or a broker that serves it. */
import { type Directory, mayActFor } from '@nodo-aperto/kernel/directory';
import { ForbiddenError } from '@nodo-aperto/kernel/faults';
import { apiKeyOf } from '@nodo-aperto/kernel/http';
import { isCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { FastifyRequest } from 'fastify';

export type AccessDirectory = Pick<Directory, 'apiKey' | 'children' | 'entry' | 'routes' | 'station'>;

/** @throws UnauthenticatedError, ForbiddenError; whether the PSP exists is not told */
export async function checkPspAccess(directory: AccessDirectory, request: FastifyRequest, pspCode: string): Promise<void> {
  const { party } = await apiKeyOf(request, directory, 'fdrpsp');
  if (party === pspCode) return;
  const channels = await directory.children('channel', party);
  if (!channels.some(({ data }) => data.psps.includes(pspCode))) throw new ForbiddenError('The key may not act for this PSP.');
}

/** @throws UnauthenticatedError, ForbiddenError; whether the creditor exists is not told */
export async function checkCreditorAccess(directory: AccessDirectory, request: FastifyRequest, creditorFiscalCode: string): Promise<void> {
  const { party } = await apiKeyOf(request, directory, 'fdrorg');
  if (party === creditorFiscalCode) return;
  const routes = isCreditorFiscalCode(creditorFiscalCode) ? await directory.routes(creditorFiscalCode) : [];
  const stations = await Promise.all(routes.map((route) => directory.station(route.station)));
  const serves = stations.some((station) => station?.broker === party);
  if (!serves || !(await mayActFor(directory, party, creditorFiscalCode, 'FLOWS_READ')))
    throw new ForbiddenError('The key may not act for this organization.');
}
