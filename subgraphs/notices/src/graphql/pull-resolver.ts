/** Pull payments: what somebody owes, for themselves or for a PSP that they let ask. */
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, connectionOf, DateScalar, DateTimeScalar, FiscalCodeScalar, pageSize } from '@nodo-aperto/kernel/graphql';
import { startOfLocalDay } from '@nodo-aperto/kernel/time';
import { Arg, Ctx, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { paymentOptionsOf } from '../domain/payment-options.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DebtPosition } from '../domain/position.ts';
import { isConsentInForce, type PullConsent } from '../domain/pull-consent.ts';
import { callerOf, type NoticesContext } from './context.ts';
import { PositionStatusEnum } from './enums.ts';
import { presentOptions } from './options-resolver.ts';
import { PaymentOptionViewType } from './options-types.ts';
import { errorsOf, PositionUserError } from './payloads.ts';

@ObjectType('OwedPosition', { description: 'Something that the asked-for person owes and can pay, wholly or in part.' })
export class OwedPositionType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => String, { description: 'Name of the creditor.' })
  companyName!: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => String, { description: 'Id of the position (IUPD), unique for its creditor.' })
  iupd!: string;

  @Field(() => PositionStatusEnum, { description: 'VALID, or PARTIALLY_PAID.' })
  status!: PositionStatusEnum;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published.' })
  publishedAt?: number;

  @Field(() => [PaymentOptionViewType], { description: 'The ways to pay it; distinct plans stay apart.' })
  options!: PaymentOptionViewType[];
}
const OwedPositionConnection = connectionOf('OwedPosition', () => OwedPositionType);

@ObjectType('PullConsent', { description: 'That a person lets a PSP ask for what they owe.' })
export class PullConsentType {
  @Field(() => String, { description: 'Code of the PSP.' })
  pspCode!: string;

  @Field(() => String, { description: 'Who recorded it: CITIZEN, PSP or OPERATOR.' })
  recordedBy!: string;

  @Field(() => String, { nullable: true, description: 'Where the PSP keeps the evidence.' })
  reference?: string;

  @Field(() => DateTimeScalar, { description: 'When it was given.' })
  givenAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it runs out.' })
  expiresAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt?: number;

  @Field(() => Boolean, { description: 'Whether it is in force now.' })
  inForce!: boolean;
}
const PullConsentConnection = connectionOf('PullConsent', () => PullConsentType);

@ObjectType('PullConsentPayload', { description: 'What became of a change of a consent.' })
export class PullConsentPayload {
  @Field(() => PullConsentType, { nullable: true, description: 'The consent as it is now.' })
  consent?: PullConsentType;

  @Field(() => [PositionUserError], { description: 'Why it was refused; empty when it was not.' })
  errors!: PositionUserError[];
}

const PERSON = { nullable: true, description: 'Fiscal code of the person; a citizen’s own when absent.' } as const;
const PSP = { nullable: true, description: 'Code of the PSP; a PSP’s own when absent.' } as const;

@Resolver()
export class PullResolver {
  @Allow('CITIZEN', 'PSP', 'OPERATOR')
  @Query(() => OwedPositionConnection, {
    description: 'What a person owes and can pay, oldest first. A citizen asks for themselves; a PSP under a consent that is in force.',
  })
  async owedPositions(
    @Ctx() context: NoticesContext,
    @Arg('fiscalCode', () => FiscalCodeScalar, PERSON) fiscalCode: string | null,
    @Arg('dueFrom', () => DateScalar, { nullable: true, description: 'Only what has something due on that day or later.' })
    dueFrom: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only what is owed to this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<Connection<OwedPositionType>> {
    const { pull, options } = context.services;
    const debtorFiscalCode = personMeant(context, fiscalCode);
    const { role, tenant = '' } = callerOf(context);
    if (role === 'PSP') await pull.assertConsent(debtorFiscalCode, tenant);
    const filter = {
      debtorFiscalCode,
      ...(dueFrom && { dueFrom: startOfLocalDay(dueFrom) }),
      ...(creditorFiscalCode && { creditorFiscalCode }),
    };
    const page = await pull.page(filter, { size: pageSize(first), after });
    const now = options.clock.now();
    const edges = page.edges.map(async ({ cursor, node }) => ({ cursor, node: await present(context, node, now) }));
    return { ...page, edges: await Promise.all(edges) };
  }

  @Allow('CITIZEN', 'PSP', 'OPERATOR')
  @Query(() => PullConsentConnection, { description: 'The consents that a person has given, by PSP; a PSP sees its own.' })
  async pullConsents(
    @Ctx() context: NoticesContext,
    @Arg('fiscalCode', () => FiscalCodeScalar, PERSON) fiscalCode: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor to read on from.' }) after: string | null,
  ): Promise<Connection<PullConsentType>> {
    const { pull, options } = context.services;
    const person = personMeant(context, fiscalCode);
    const { role, tenant = '' } = callerOf(context);
    const now = options.clock.now();
    if (role === 'PSP') {
      const own = await pull.consent(person, tenant);
      const edges = own ? [{ cursor: own.pspCode, node: presentConsent(own, now) }] : [];
      return { edges, pageInfo: { hasNextPage: false, endCursor: edges[0]?.cursor ?? null } };
    }
    const page = await pull.consents(person, { size: pageSize(first), after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentConsent(node, now) })) };
  }

  @Allow('CITIZEN', 'PSP', 'OPERATOR')
  @Mutation(() => PullConsentPayload, {
    description: 'Records that a person lets a PSP ask for what they owe: by the person, or by the PSP that has the consent in writing.',
  })
  async givePullConsent(
    @Ctx() context: NoticesContext,
    @Arg('pspCode', () => String, PSP) pspCode: string | null,
    @Arg('fiscalCode', () => FiscalCodeScalar, PERSON) fiscalCode: string | null,
    @Arg('reference', () => String, { nullable: true, description: 'Where the evidence is kept, up to 140 characters.' })
    reference: string | null,
    @Arg('expiresAt', () => DateTimeScalar, {
      nullable: true,
      description: 'When it runs out, within five years; a year from now when absent.',
    })
    expiresAt: number | null,
  ): Promise<PullConsentPayload> {
    if (reference && reference.length > 140) throw InputError.at('reference', 'is too long', 'up to 140 characters');
    const given = await context.services.pull.give({
      ...parties(context, fiscalCode, pspCode),
      ...(reference && { reference }),
      ...(expiresAt !== null && expiresAt !== undefined && { expiresAt }),
    });
    return payload(context, given);
  }

  @Allow('CITIZEN', 'PSP', 'OPERATOR')
  @Mutation(() => PullConsentPayload, { description: 'Ends a consent at once.' })
  async revokePullConsent(
    @Ctx() context: NoticesContext,
    @Arg('pspCode', () => String, PSP) pspCode: string | null,
    @Arg('fiscalCode', () => FiscalCodeScalar, PERSON) fiscalCode: string | null,
  ): Promise<PullConsentPayload> {
    return payload(context, await context.services.pull.revoke(parties(context, fiscalCode, pspCode)));
  }
}

/** Whose debts are meant. A citizen can only mean itself. @throws ForbiddenError, InputError */
function personMeant(context: NoticesContext, fiscalCode: string | null): string {
  const caller = callerOf(context);
  if (caller.role === 'CITIZEN') {
    if (caller.fiscalCode === undefined) throw new ForbiddenError('The token names no person.');
    if (fiscalCode && fiscalCode !== caller.fiscalCode) throw new ForbiddenError('A citizen asks for their own notices only.');
    return caller.fiscalCode;
  }
  if (!fiscalCode) throw InputError.at('fiscalCode', 'is missing', 'the fiscal code of the person who is asked for');
  return fiscalCode;
}

/** Who lets whom ask, and who says so. @throws ForbiddenError, InputError */
function parties(context: NoticesContext, fiscalCode: string | null, pspCode: string | null) {
  const { role, tenant } = callerOf(context);
  const own = role === 'PSP' ? tenant : undefined;
  if (role === 'PSP' && pspCode && pspCode !== own) throw new ForbiddenError('A PSP records consents to itself only.');
  const psp = own ?? pspCode;
  if (!psp) throw InputError.at('pspCode', 'is missing', 'the code of the PSP that may ask');
  const by = role === 'CITIZEN' || role === 'PSP' ? role : ('OPERATOR' as const);
  return { debtorFiscalCode: personMeant(context, fiscalCode), pspCode: psp, by };
}

async function present(context: NoticesContext, position: DebtPosition, now: number): Promise<OwedPositionType> {
  const { creditorFiscalCode, companyName, officeName, iupd, status, publishedAt } = position;
  const options = await presentOptions(context, creditorFiscalCode, paymentOptionsOf(position, now));
  return { creditorFiscalCode, companyName, officeName, iupd, status, publishedAt, options };
}

function presentConsent({ debtorFiscalCode: _, ...consent }: PullConsent, now: number): PullConsentType {
  return { ...consent, inForce: isConsentInForce({ ...consent, debtorFiscalCode: _ }, now) };
}

function payload(context: NoticesContext, outcome: Outcome<PullConsent>): PullConsentPayload {
  if (!outcome.ok) return { errors: errorsOf(outcome.refusal) };
  return { consent: presentConsent(outcome.value, context.services.options.clock.now()), errors: [] };
}
