/** Who raises a fault: the node (PPT), the creditor (PAA), the payment options service (ODP), the reporting service (FDR). */
export type FaultFamily = 'PPT' | 'PAA' | 'ODP' | 'FDR';

/** What is known of a fault code. */
export interface FaultCodeEntry {
  family: FaultFamily;
  /** One sentence for people, in the field's language; ours, not the official text. */
  faultString: string;
  /** HTTP status of the REST families. Absent for PPT and PAA: SOAP answers 200 with outcome KO. */
  httpStatus?: number;
  /** The family's symbolic name of the code, such as ODP_SINTASSI or PSP_UNKNOWN; for ODP-1xx the PAA code it stands for. */
  symbol?: string;
}
