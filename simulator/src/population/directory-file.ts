/** The population as a directory file (design §7): what an operator would write to load these parties. */
import { stringify } from 'yaml';
import type { Population, PopulationCreditor, PopulationPsp } from './population.ts';

/** Keys of the REST edges: open for everyone who reads this, as everything in a demo is. */
export function demoApiKey(party: string): string {
  return `demo-key-${party}`;
}

const CREDITOR_PRODUCTS = ['aca', 'gpd', 'fdrorg', 'printnotice', 'bizevents'];
const PSP_PRODUCTS = ['fdrpsp', 'options', 'pull'];

/**
 * The text of the file.
 * @param endpointOf where each station listens: the fleet knows
 */
export function directoryFileOf(population: Population, endpointOf: (stationCode: string) => string): string {
  const { creditors, psps } = population;
  const brokers = new Map(creditors.map(({ brokerCode, brokerName }) => [brokerCode, brokerName]));
  return stringify(
    {
      creditorBrokers: [...brokers].map(([code, name]) => ({ code, name, enabled: true, extendedFaultBean: false })),
      creditorInstitutions: creditors.map(institutionOf),
      stations: creditors.map((creditor) => stationOf(creditor, endpointOf(creditor.stationCode))),
      routes: creditors.map(routeOf),
      pspBrokers: psps.map(({ fiscalCode, name }) => ({ code: fiscalCode, name, enabled: true, extendedFaultBean: true })),
      psps: psps.map(({ code, name, fiscalCode }) => ({ code, name, fiscalCode, enabled: true })),
      channels: psps.map(channelOf),
      apiKeys: [
        ...creditors.map(({ fiscalCode }) => ({ key: demoApiKey(fiscalCode), party: fiscalCode, products: CREDITOR_PRODUCTS })),
        ...psps.map(({ code }) => ({ key: demoApiKey(code), party: code, products: PSP_PRODUCTS })),
      ],
      services: creditors.flatMap(({ service, fiscalCode, stationCode }) =>
        service ? [{ ...service, creditorInstitution: fiscalCode, station: stationCode, enabled: true }] : [],
      ),
    },
    // Codes that look like numbers must stay texts for every reader of YAML.
    { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', aliasDuplicateObjects: false },
  );
}

function institutionOf({ fiscalCode, name, ibans, cbill }: PopulationCreditor): object {
  return { fiscalCode, name, enabled: true, ibans: ibans.map((iban) => ({ iban, postal: false })), print: { cbill } };
}

function stationOf({ stationCode, brokerCode, primitiveVersion, password }: PopulationCreditor, endpoint: string): object {
  return {
    code: stationCode,
    broker: brokerCode,
    enabled: true,
    primitiveVersion,
    endpoint,
    password,
    standInFlag: true,
    paymentOptions: false,
  };
}

function routeOf({ fiscalCode, stationCode, segregationCode, standIn }: PopulationCreditor): object {
  return { creditorInstitution: fiscalCode, station: stationCode, auxDigit: 3, segregationCode, broadcast: false, aca: true, standIn };
}

function channelOf({ channelCode, fiscalCode, code, password }: PopulationPsp): object {
  return {
    code: channelCode,
    broker: fiscalCode,
    psps: [code],
    password,
    enabled: true,
    paymentModel: 'ATTIVATO_PRESSO_PSP',
    standInFlag: true,
  };
}
