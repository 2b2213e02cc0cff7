/** Messages of the legacy primitives, written out as a PSP's or a creditor's own software would. */
import { BROKER, CHANNEL, CREDITOR, PSP } from './fixture.ts';

export interface LegacyLine {
  iuv: string;
  iur: string;
  amount: string;
  code?: string;
  index?: number;
  day?: string;
}

export const legacyLine = (number: number, more: Partial<LegacyLine> = {}): LegacyLine => ({
  iuv: `iuv-${number}`,
  iur: `token-${number}`,
  amount: '1.00',
  ...more,
});

interface Document {
  name: string;
  lines: readonly LegacyLine[];
  flowDate?: string;
  payments?: number;
  amount?: string;
}

export function flowXml({ name, lines, flowDate = '2026-03-03T07:00:00', payments = lines.length, amount }: Document): string {
  const total = amount ?? (lines.reduce((sum, line) => sum + Math.round(Number(line.amount) * 100), 0) / 100).toFixed(2);
  const written = lines.map(
    (line) => `<datiSingoliPagamenti>
    <identificativoUnivocoVersamento>${line.iuv}</identificativoUnivocoVersamento>
    <identificativoUnivocoRiscossione>${line.iur}</identificativoUnivocoRiscossione>
    ${line.index === undefined ? '' : `<indiceDatiSingoloPagamento>${line.index}</indiceDatiSingoloPagamento>`}
    <singoloImportoPagato>${line.amount}</singoloImportoPagato>
    <codiceEsitoSingoloPagamento>${line.code ?? '0'}</codiceEsitoSingoloPagamento>
    <dataEsitoSingoloPagamento>${line.day ?? '2026-03-02'}</dataEsitoSingoloPagamento>
  </datiSingoliPagamenti>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<FlussoRiversamento xmlns="http://www.digitpa.gov.it/schemas/2011/Pagamenti/">
  <versioneOggetto>1.0</versioneOggetto>
  <identificativoFlusso>${name}</identificativoFlusso>
  <dataOraFlusso>${flowDate}</dataOraFlusso>
  <identificativoUnivocoRegolamento>SEPA - Bonifico X</identificativoUnivocoRegolamento>
  <dataRegolamento>2026-03-03</dataRegolamento>
  <istitutoMittente>
    <identificativoUnivocoMittente><tipoIdentificativoUnivoco>B</tipoIdentificativoUnivoco><codiceIdentificativoUnivoco>PROVITMM</codiceIdentificativoUnivoco></identificativoUnivocoMittente>
    <denominazioneMittente>Banca &amp; Figli</denominazioneMittente>
  </istitutoMittente>
  <istitutoRicevente>
    <identificativoUnivocoRicevente><tipoIdentificativoUnivoco>G</tipoIdentificativoUnivoco><codiceIdentificativoUnivoco>${CREDITOR}</codiceIdentificativoUnivoco></identificativoUnivocoRicevente>
  </istitutoRicevente>
  <numeroTotalePagamenti>${payments}</numeroTotalePagamenti>
  <importoTotalePagamenti>${total}</importoTotalePagamenti>
  ${written.join('')}
</FlussoRiversamento>`;
}

const envelope = (content: string): string =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ws="http://ws.pagamenti.telematici.gov/"><soapenv:Header/><soapenv:Body>${content}</soapenv:Body></soapenv:Envelope>`;

export interface SendOptions {
  psp?: string;
  broker?: string;
  channel?: string;
  password?: string;
  creditor?: string;
  name: string;
  flowDate?: string;
  /** The document, before it becomes base64. */
  xml?: string | Buffer;
  /** Instead of the document's base64. */
  base64?: string;
}

export function sendMessage(options: SendOptions): string {
  const { psp = PSP, broker = BROKER, channel = CHANNEL, password = 'pwdpwdpwd', creditor = CREDITOR, name } = options;
  const base64 = options.base64 ?? Buffer.from(options.xml ?? '').toString('base64');
  return envelope(`<ws:nodoInviaFlussoRendicontazione>
    <identificativoPSP>${psp}</identificativoPSP><identificativoIntermediarioPSP>${broker}</identificativoIntermediarioPSP>
    <identificativoCanale>${channel}</identificativoCanale><password>${password}</password>
    <identificativoDominio>${creditor}</identificativoDominio><identificativoFlusso>${name}</identificativoFlusso>
    <dataOraFlusso>${options.flowDate ?? '2026-03-03T07:00:00'}</dataOraFlusso>
    <xmlRendicontazione>${base64}</xmlRendicontazione></ws:nodoInviaFlussoRendicontazione>`);
}

export interface ReadOptions {
  broker?: string;
  station?: string;
  password?: string;
  creditor?: string | null;
  psp?: string;
  /** Fetches this flow; lists flows without it. */
  name?: string;
}

export function readMessage(options: ReadOptions = {}): string {
  const { broker = '66666666660', station = '66666666660_01', password = 'pwdpwdpwd', creditor = CREDITOR, psp, name } = options;
  const element = name === undefined ? 'nodoChiediElencoFlussiRendicontazione' : 'nodoChiediFlussoRendicontazione';
  const optional = (tag: string, value: string | null | undefined) => (value ? `<${tag}>${value}</${tag}>` : '');
  return envelope(`<ws:${element}><identificativoIntermediarioPA>${broker}</identificativoIntermediarioPA>
    <identificativoStazioneIntermediarioPA>${station}</identificativoStazioneIntermediarioPA><password>${password}</password>
    ${optional('identificativoDominio', creditor)}${optional('identificativoPSP', psp)}${optional('identificativoFlusso', name)}</ws:${element}>`);
}
