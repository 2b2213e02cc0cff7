import type { LocalDate } from '@nodo-aperto/kernel/time';
import type { StatementLine } from '../../domain/reconciliation/statement-line.ts';

/** A credit of a statement with its place in the file, from 1; the days that the statement says it covers come first where it says so. */
export type StatementPart = { line: number; credit: StatementLine } | { from: LocalDate; to: LocalDate } | { skipped: number };
