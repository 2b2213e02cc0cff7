/** Answers that are none: what stations send when they are broken. */
import { PA_FOR_NODE_NAMESPACE, PA_FOR_NODE_PREFIX } from '@nodo-aperto/kernel/pa-for-node';
import { buildEnvelope, SOAP_CONTENT_TYPE, xmlElement } from '@nodo-aperto/kernel/soap';
import type { SoapReply } from '@nodo-aperto/kernel/soap';
import type { MalformedForm } from './station-fault.ts';

const PAGE =
  '<!DOCTYPE html><html><head><title>Servizio non disponibile</title></head><body><h1>Servizio non disponibile</h1></body></html>';
const PAGE_TYPE = 'text/html; charset=utf-8';

/** The page of a web server whose application is away. */
export function errorPage(status: number): SoapReply {
  return { status, contentType: PAGE_TYPE, body: PAGE };
}

const envelope = buildEnvelope(
  xmlElement('paUnknownRes', [xmlElement('outcome', 'OK')], { namespace: PA_FOR_NODE_NAMESPACE, prefix: PA_FOR_NODE_PREFIX }),
);

/** A successful HTTP answer without a valid message in it. */
export function malformedReply(form: MalformedForm): SoapReply {
  switch (form) {
    case 'page':
      return errorPage(200);
    case 'truncated':
      return { status: 200, contentType: SOAP_CONTENT_TYPE, body: envelope.slice(0, Math.floor(envelope.length / 2)) };
    case 'unknownMessage':
      return { status: 200, contentType: SOAP_CONTENT_TYPE, body: envelope };
  }
}
