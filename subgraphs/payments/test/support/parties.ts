/** The population of these tests: the one of the design's directory file, and a second creditor, PSP and channel. */
import { type DirectoryData, type DirectoryKind, passwordDigest } from '@nodo-aperto/kernel/directory';

export const CREDITOR = '66666666666';
export const OTHER_CREDITOR = '77777777777';
export const STATION = '66666666666_01';
export const OLD_STATION = '66666666666_02';
export const PSP = '60000000001';
export const OTHER_PSP = '60000000002';
export const CHANNEL = '60000000001_01';
/** A channel that is not configured for the flag. */
export const PLAIN_CHANNEL = '60000000001_02';
export const OTHER_CHANNEL = '60000000002_01';
export const IBAN = 'IT60X0542811101000000123456';
/** A service of the catalogue (idSoggettoServizio). */
export const SERVICE = '00012';
export const PASSWORD = 'pwdpwdpwd';

export type Entry = { [Kind in DirectoryKind]: { kind: Kind; code: string; data: DirectoryData[Kind] } }[DirectoryKind];

export function population(endpoint: string): Entry[] {
  const creditor = (fiscalCode: string, name: string, iban: string): Entry => ({
    kind: 'creditorInstitution',
    code: fiscalCode,
    data: { fiscalCode, name, enabled: true, ibans: [{ iban, postal: false }] },
  });
  const station = (code: string, primitiveVersion: 1 | 2): Entry => ({
    kind: 'station',
    code,
    data: {
      code,
      broker: CREDITOR,
      enabled: true,
      primitiveVersion,
      endpoint,
      password: passwordDigest(code, PASSWORD),
      standInFlag: true,
      paymentOptions: false,
    },
  });
  const route = (stationCode: string, segregationCode: string, creditorInstitution = CREDITOR): Entry => ({
    kind: 'route',
    code: `${creditorInstitution}/${stationCode}/3/${segregationCode}`,
    data: { creditorInstitution, station: stationCode, auxDigit: 3, segregationCode, broadcast: false, aca: true, standIn: true },
  });
  const psp = (code: string): Entry => ({ kind: 'psp', code, data: { code, name: `Banca ${code}`, fiscalCode: code, enabled: true } });
  // The first is told what creditors say of their refusals, the second is not.
  const pspBroker = (code: string, extendedFaultBean: boolean): Entry => ({
    kind: 'pspBroker',
    code,
    data: { code, name: `Banca ${code}`, enabled: true, extendedFaultBean },
  });
  const channel = (code: string, owner: string, standInFlag: boolean): Entry => ({
    kind: 'channel',
    code,
    data: {
      code,
      broker: owner,
      psps: [owner],
      password: passwordDigest(code, PASSWORD),
      enabled: true,
      paymentModel: 'ATTIVATO_PRESSO_PSP',
      standInFlag,
    },
  });
  return [
    { kind: 'creditorBroker', code: CREDITOR, data: { code: CREDITOR, name: 'Comune di Prova', enabled: true, extendedFaultBean: false } },
    creditor(CREDITOR, 'Comune di Prova', IBAN),
    creditor(OTHER_CREDITOR, 'Provincia di Prova', 'IT30N0103076271000001823603'),
    station(STATION, 2),
    station(OLD_STATION, 1),
    route(STATION, '02'),
    route(OLD_STATION, '03'),
    route(STATION, '05', OTHER_CREDITOR),
    pspBroker(PSP, true),
    pspBroker(OTHER_PSP, false),
    psp(PSP),
    psp(OTHER_PSP),
    channel(CHANNEL, PSP, true),
    channel(PLAIN_CHANNEL, PSP, false),
    channel(OTHER_CHANNEL, OTHER_PSP, true),
    {
      kind: 'service',
      code: SERVICE,
      data: {
        code: SERVICE,
        service: '00005',
        name: 'Tassa automobilistica',
        creditorInstitution: CREDITOR,
        station: STATION,
        enabled: true,
      },
    },
  ];
}
