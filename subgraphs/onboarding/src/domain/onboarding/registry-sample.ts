/** A few invented institutions in the form of the public index and of the business register, for development and demonstrations. */
import type { RegistryEntry } from './registry.ts';

const body = (originId: string, fiscalCode: string, name: string, domain: string, recipientCode: string): RegistryEntry => ({
  origin: 'IPA',
  originId,
  fiscalCode,
  name,
  digitalAddress: `protocollo@pec.${domain}.example.it`,
  address: 'Piazza del Municipio 1, 00100 Roma (RM)',
  recipientCodes: [recipientCode],
});

export const REGISTRY_SAMPLE: readonly RegistryEntry[] = [
  body('c_p001', '80000000010', 'Comune di Prova', 'comuneprova', 'UFPRV1'),
  body('c_v002', '80000000028', 'Comune di Valle Alta', 'vallealta', 'UFVAL2'),
  body('r_e003', '80000000036', 'Regione di Esempio', 'regioneesempio', 'UFREG3'),
  body('asl_004', '80000000044', 'Azienda Sanitaria Esempio', 'aslesempio', 'UFASL4'),
  body('gsp_005', '80000000051', 'Acque di Esempio S.p.A.', 'acque', 'UFACQ5'),
  {
    origin: 'INFOCAMERE',
    originId: 'RM-1000001',
    fiscalCode: '80000000069',
    name: 'Servizi Esempio S.r.l.',
    digitalAddress: 'servizi@pec.serviziesempio.example.it',
    address: 'Via del Lavoro 10, 00100 Roma (RM)',
    recipientCodes: ['SRVES06'],
    managers: ['RSSMRA80A01H501U'],
  },
];
