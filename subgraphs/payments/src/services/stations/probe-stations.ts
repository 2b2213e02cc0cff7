/**
 * Probes the stations in Stand-In with the notice that nobody has, over the same SOAP as real calls, and takes out those whose probes
 * are good enough. Source: Domain facts, Payments §3.4.
 */
import { PROBE_NOTICE_NUMBER } from '@nodo-aperto/kernel/identifiers';
import { paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { StationConnector } from '@nodo-aperto/kernel/soap';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import { judgeProbeAnswer, judgeProbeFailure } from '../../domain/stand-in/probe.ts';
import { addProbe, readProbes, readStandInList, type StandInRow } from '../../persistence/station-queries.ts';
import type { CallEvidence } from '../call-evidence.ts';
import { callStation, noteCall } from '../creditor-calls.ts';
import type { DecisionOptions } from './decide-stand-in.ts';
import { judgeExit, profileInForce } from './judge-stations.ts';

export interface ProbeOptions extends DecisionOptions {
  readonly connector: StationConnector;
  readonly random: RandomStream;
  readonly evidence: CallEvidence;
}

/** Stations probed at a time. */
const AT_ONCE = 16;
/** A probe may come a little before its time: the job's own rhythm is as long as the shortest interval. */
const EARLY = 0.9;

/** @param options.forced probes every station, whether its time has come or not. Returns how many were probed, and how many left. */
export async function probeStations(
  options: ProbeOptions,
  run: { forced: boolean; signal: AbortSignal },
): Promise<{ probed: number; left: number }> {
  const rows = await readStandInList(options.database);
  const result = { probed: 0, left: 0 };
  const waiting = [...rows];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row && !run.signal.aborted; row = waiting.shift()) {
      if (!run.forced && !(await isDue(options, row))) continue;
      if (!(await probeStation(options, row))) continue;
      result.probed += 1;
      if (await judgeExit(options, row)) result.left += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, worker));
  return result;
}

async function isDue({ database, clock, directory }: ProbeOptions, row: StandInRow): Promise<boolean> {
  const { probeEveryMs } = await profileInForce({ directory }, row.stationCode);
  const latest = await readProbes(database, row.stationCode, asDate(clock.now() - probeEveryMs * EARLY), 1);
  return latest.length === 0;
}

/** False when there is nothing to call: the station or whom it serves is gone from the directory. */
async function probeStation(options: ProbeOptions, row: StandInRow): Promise<boolean> {
  const { directory, database, clock } = options;
  const station = await directory.station(row.stationCode);
  const [idPA] = row.creditors;
  if (!station || idPA === undefined) return false;
  const { creditorTimeoutMs } = await directory.settings();
  const request = {
    idPA,
    idBrokerPA: station.broker,
    idStation: station.code,
    qrCode: { fiscalCode: idPA, noticeNumber: PROBE_NOTICE_NUMBER },
  };
  const began = clock.now();
  const answer = await callStation(options, { endpoint: station.endpoint, deadlineMs: creditorTimeoutMs }, paVerifyPaymentNotice, request);
  noteCall(options.evidence, answer, { at: began, method: paVerifyPaymentNotice.name, station, creditor: idPA, probe: true });
  const judgement =
    answer.kind === 'ANSWER'
      ? judgeProbeAnswer({ outcome: answer.message.outcome, ...(answer.message.fault && { faultCode: answer.message.fault.faultCode }) })
      : judgeProbeFailure(answer);
  const elapsedMs = answer.kind === 'ANSWER' ? answer.elapsedMs : answer.evidence.elapsedMs;
  // Never before the entry that it is evidence about, whatever the clock does.
  const at = asDate(Math.max(began, fromDate(row.since)));
  await addProbe(database, { stationCode: row.stationCode, at, ...judgement, elapsedMs });
  return true;
}
