/** Who lives in the demo: creditors with their stations, PSPs with their channels, citizens. All invented, all from the seed. */
import { makeItalianIban } from '@nodo-aperto/kernel/identifiers';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { CreditorSpecification } from '../creditors/index.ts';
import type { RandomStreams } from '../random-streams.ts';
import { makeCitizens } from './citizens.ts';
import type { Citizen } from './citizens.ts';
import { CREDITOR_PROFILES, PARTNER_NAME, PSP_PROFILES } from './profiles.ts';
import type { CreditorProfile, PspProfile, Tariff } from './profiles.ts';
import { organizationCode } from './tax-code.ts';

/** A creditor, with what it asks money for. */
export interface PopulationCreditor extends CreditorSpecification {
  readonly password: string;
  /** Name of the broker that runs its station: its own, or a partner's. */
  readonly brokerName: string;
  /** Its part of all payments, against the others' weights. */
  readonly weight: number;
  readonly tariffs: readonly Tariff[];
  readonly service?: CreditorProfile['service'];
  /** Whether its notices may be paid in Stand-In. */
  readonly standIn: boolean;
  /** Its code in the CBILL circuit. */
  readonly cbill: string;
}

export interface PopulationPsp extends PspProfile {
  /** Also the code of its broker: each PSP is its own. */
  readonly fiscalCode: string;
  readonly channelCode: string;
  readonly password: string;
}

export interface Population {
  readonly creditors: readonly PopulationCreditor[];
  readonly psps: readonly PopulationPsp[];
  readonly citizens: readonly Citizen[];
}

const CITIZENS = 60;
const PASSWORD_LENGTH = 12;
/** Of every channel: open for everyone who reads this, so that whoever tries the demo can be one of its PSPs. */
const CHANNEL_PASSWORD = 'pwdpwdpwd';
/** Banks have five digits; none has these. */
const NO_BANK = '99999';

/** The demo population. The same seed makes the same people and codes, whatever else is drawn. */
export function demoPopulation(streams: RandomStreams): Population {
  const random = streams.stream('population');
  const partner = organizationCode(random.fork('partner'));
  let partnerStations = 0;
  const creditors = CREDITOR_PROFILES.map((profile) => {
    if (profile.throughPartner) partnerStations += 1;
    return creditorOf(
      profile,
      random.fork(`creditor/${profile.name}`),
      profile.throughPartner ? { code: partner, station: partnerStations } : undefined,
    );
  });
  const psps = PSP_PROFILES.map((profile) => pspOf(profile, random.fork(`psp/${profile.name}`)));
  return { creditors, psps, citizens: makeCitizens(random.fork('citizens'), CITIZENS) };
}

function creditorOf(profile: CreditorProfile, random: RandomStream, partner?: { code: string; station: number }): PopulationCreditor {
  const fiscalCode = organizationCode(random.fork('code'));
  const brokerCode = partner?.code ?? fiscalCode;
  const accounts = random.fork('accounts');
  return {
    fiscalCode,
    name: profile.name,
    brokerCode,
    brokerName: partner === undefined ? profile.name : PARTNER_NAME,
    stationCode: `${brokerCode}_${String(partner?.station ?? 1).padStart(2, '0')}`,
    password: random.fork('password').alphanumeric(PASSWORD_LENGTH),
    primitiveVersion: profile.primitiveVersion,
    segregationCode: profile.segregationCode,
    ibans: Array.from({ length: profile.accounts }, () =>
      makeItalianIban({ abi: NO_BANK, cab: accounts.digits(5), account: accounts.digits(12) }),
    ),
    weight: profile.weight,
    tariffs: profile.tariffs,
    ...(profile.service && { service: profile.service }),
    standIn: profile.standIn,
    cbill: profile.cbill,
  };
}

function pspOf(profile: PspProfile, random: RandomStream): PopulationPsp {
  const fiscalCode = organizationCode(random.fork('code'));
  return { ...profile, fiscalCode, channelCode: `${fiscalCode}_01`, password: CHANNEL_PASSWORD };
}
