/** The load tests there are, what each needs, and how hard it presses by default. */

/** How a load test is run; every figure can be set on the command line. */
export interface ScriptSettings {
  /** Payments (or positions, or verifications) that arrive in a second. */
  readonly rate: number;
  /** Seconds of the measured time. */
  readonly seconds: number;
  /** Milliseconds that the slowest hundredth of a call may take. */
  readonly p99: number;
  /** Websockets. */
  readonly sockets: number;
  /** Positions in the archive before the run, beside those that it pays. */
  readonly positions: number;
  /** Positions of one bulk write. */
  readonly items: number;
}

export interface Script {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  /** Whether creditors answer when it begins. */
  readonly creditors: 'on' | 'off';
  readonly defaults: ScriptSettings;
  /** Notices that it pays. */
  notices(settings: ScriptSettings): number;
}

/** Must match loadtest/k6/lib/options.ts. */
const WARM_UP_SECONDS = 10;
const DEFAULTS: ScriptSettings = { rate: 50, seconds: 30, p99: 150, sockets: 1, positions: 0, items: 1_000 };

const measuredNotices = ({ rate, seconds }: ScriptSettings): number =>
  rate * seconds + (Math.max(1, Math.floor(rate / 3)) * WARM_UP_SECONDS + 10) + rate;
const payments = (more: Partial<ScriptSettings> = {}): Pick<Script, 'defaults' | 'notices'> => ({
  defaults: { ...DEFAULTS, ...more },
  notices: measuredNotices,
});

export const SCRIPTS: readonly Script[] = [
  { name: 'standin', shows: 'payments while every creditor is down', creditors: 'off', ...payments() },
  { name: 'standard', shows: 'payments while every creditor answers', creditors: 'on', ...payments() },
  { name: 'mixed', shows: 'an outage begins and ends during the run', creditors: 'on', ...payments({ seconds: 90 }) },
  {
    name: 'verify-only',
    shows: 'verifications from the archive, small or large (--positions)',
    creditors: 'off',
    defaults: { ...DEFAULTS, rate: 200 },
    notices: () => 5_000,
  },
  { name: 'aca-load', shows: 'bulk writes into the archive', creditors: 'off', defaults: { ...DEFAULTS, rate: 2_000 }, notices: () => 1 },
  { name: 'fdr-upload', shows: 'reporting flows over REST', creditors: 'off', defaults: { ...DEFAULTS, rate: 4_000 }, notices: () => 1 },
  {
    name: 'subscribers',
    shows: 'many websockets that all hear of each payment',
    creditors: 'on',
    defaults: { ...DEFAULTS, rate: 1, sockets: 1_000 },
    notices: ({ seconds }) => seconds + 10,
  },
  { name: 'soak', shows: 'Stand-In for a long time: memory and latency stay', creditors: 'off', ...payments({ seconds: 3_600 }) },
  {
    name: 'smoke',
    shows: 'a few seconds of every path of this kit',
    creditors: 'off',
    defaults: { ...DEFAULTS, rate: 4, seconds: 5, p99: 5_000 },
    notices: () => 200,
  },
];
