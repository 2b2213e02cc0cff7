/** A small directory: two creditors (one connected by a partner), two PSPs. */
export const CREDITOR = '66666666666';
export const OTHER_CREDITOR = '77777777777';
export const PARTNER = '55555555555';
export const STATION = `${CREDITOR}_01`;
export const PARTNER_STATION = `${PARTNER}_01`;
export const PSP = '60000000001';
export const OTHER_PSP = '60000000002';
export const CHANNEL = `${PSP}_01`;

export const POPULATION = `
creditorBrokers:
  - { code: "${CREDITOR}", name: Comune di Prova }
  - { code: "${PARTNER}", name: Partner Tecnologico, extendedFaultBean: true }
creditorInstitutions:
  - { fiscalCode: "${CREDITOR}", name: Comune di Prova, ibans: [{ iban: IT60X0542811101000000123456 }], print: { cbill: AAAAA } }
  - { fiscalCode: "${OTHER_CREDITOR}", name: Comune di Sotto }
stations:
  - { code: "${STATION}", broker: "${CREDITOR}", endpoint: "https://comune.example.it/pa", password: pwdpwdpwd, standInFlag: true }
  - { code: "${PARTNER_STATION}", broker: "${PARTNER}", endpoint: "https://partner.example.it/pa", password: pwdpwdpwd }
routes:
  - { creditorInstitution: "${CREDITOR}", station: "${STATION}", auxDigit: 3, segregationCode: "02", aca: true, standIn: true }
  - { creditorInstitution: "${OTHER_CREDITOR}", station: "${PARTNER_STATION}", auxDigit: 3, segregationCode: "02" }
pspBrokers:
  - { code: "${PSP}", name: Banca di Prova }
psps:
  - { code: "${PSP}", name: Banca di Prova, fiscalCode: "60000000001" }
  - { code: "${OTHER_PSP}", name: Banca di Sotto, fiscalCode: "60000000002", contract: C-2026-001 }
channels:
  - { code: "${CHANNEL}", broker: "${PSP}", psps: ["${OTHER_PSP}", "${PSP}"], password: pwdpwdpwd, standInFlag: true }
apiKeys:
  - { key: demo-key-ec, party: "${CREDITOR}", products: [aca, gpd] }
maintenances:
  - { station: "${STATION}", start: "2030-01-10T01:00:00+01:00", end: "2030-01-10T03:00:00+01:00", standIn: true }
services:
  - { code: "PROV1", service: "00005", name: Tassa automobilistica, creditorInstitution: "${CREDITOR}", station: "${STATION}" }
settings: { receiptRetryMax: 12 }
`;

/** How many objects it describes. */
export const OBJECTS = 16;
