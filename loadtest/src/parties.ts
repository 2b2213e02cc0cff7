/** The parties of a load test, and the directory file that makes them known. */
import type { CreditorSpecification } from '@nodo-aperto/simulator';
import { stringify } from 'yaml';

export const PSP = '69900000001';
export const CHANNEL = `${PSP}_01`;
export const PASSWORD = 'pwdpwdpwd';
export const PSP_KEY = 'loadtest-key-psp';

/** Ten creditors: what is kept per station is shared by a tenth of the load, as it would be outside. */
export const CREDITORS: readonly CreditorSpecification[] = Array.from({ length: 10 }, (_each, index) => {
  const fiscalCode = `999000000${String(index).padStart(2, '0')}`;
  return {
    fiscalCode,
    name: `Creditor under load ${index + 1}`,
    brokerCode: fiscalCode,
    stationCode: `${fiscalCode}_01`,
    primitiveVersion: 2,
    segregationCode: '07',
    ibans: ['IT60X0542811101000000123456'],
  };
});

/** @param endpointOf where a station answers */
export function directoryFile(endpointOf: (stationCode: string) => string): string {
  return stringify({
    creditorBrokers: CREDITORS.map(({ brokerCode, name }) => ({ code: brokerCode, name, enabled: true, extendedFaultBean: false })),
    creditorInstitutions: CREDITORS.map(({ fiscalCode, name, ibans }) => ({
      fiscalCode,
      name,
      enabled: true,
      ibans: ibans.map((iban) => ({ iban, postal: false })),
    })),
    stations: CREDITORS.map(({ stationCode, brokerCode, primitiveVersion }) => ({
      code: stationCode,
      broker: brokerCode,
      enabled: true,
      primitiveVersion,
      endpoint: endpointOf(stationCode),
      password: PASSWORD,
      standInFlag: true,
    })),
    routes: CREDITORS.map(({ fiscalCode, stationCode, segregationCode }) => ({
      creditorInstitution: fiscalCode,
      station: stationCode,
      auxDigit: 3,
      segregationCode,
      broadcast: false,
      aca: true,
      standIn: true,
    })),
    pspBrokers: [{ code: PSP, name: 'Banca di carico', enabled: true, extendedFaultBean: false }],
    psps: [{ code: PSP, name: 'Banca di carico', fiscalCode: PSP, enabled: true }],
    channels: [
      {
        code: CHANNEL,
        broker: PSP,
        psps: [PSP],
        password: PASSWORD,
        enabled: true,
        paymentModel: 'ATTIVATO_PRESSO_PSP',
        standInFlag: true,
      },
    ],
    apiKeys: [{ key: PSP_KEY, party: PSP, products: ['fdrpsp'] }],
  });
}
