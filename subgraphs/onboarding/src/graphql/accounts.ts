/** Accounts of creditors: what is asked for them, and what waits for its day. */
import { Allow, type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { AccountChangeState } from '../domain/accounts/account-change.ts';
import { AccountChangeStateEnum } from './configuration-enums.ts';
import { AccountChangeConnection, AccountChangeType, AccountRequestInput, AccountResultsType } from './configuration-types.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { Requires } from './requires.ts';

const CREDITOR = { nullable: true, description: 'Fiscal code of the creditor; the caller’s own when absent.' };

@Resolver()
export class Accounts {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('IBANS')
  @Mutation(() => AccountResultsType, {
    description:
      'Creates, changes and deletes accounts of a creditor, 1 to 100 at once; each is decided by itself, and what is refused does not hold up the rest.',
  })
  async changeAccounts(
    @Arg('items', () => [AccountRequestInput], { description: 'What is asked, account by account.' }) items: AccountRequestInput[],
    @Arg('revision', () => Int, { description: 'Revision of the creditor’s registration that the caller has seen.' }) revision: number,
    @Arg('creditor', () => String, CREDITOR) creditor: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<AccountResultsType> {
    const { creditor: after, results } = await context.services.accounts.change(callerOf(context), items, { creditor, revision });
    return { revision: after.revision, results: results.map((each) => ({ ...each, issues: [...each.issues] })) };
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('IBANS')
  @Mutation(() => AccountChangeType, { description: 'Takes a change of an account back that waits for its day.' })
  cancelAccountChange(
    @Arg('id', () => ID, { description: 'Id of the change.' }) id: string,
    @Arg('revision', () => Int, { description: 'The revision that the caller has seen.' }) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<AccountChangeType> {
    return context.services.accounts.cancel(callerOf(context), id, revision);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('IBANS')
  @Query(() => AccountChangeConnection, { description: 'Changes of a creditor’s accounts, in a stable order.' })
  async accountChanges(
    @Arg('creditor', () => String, CREDITOR) creditor: string | null,
    @Arg('state', () => AccountChangeStateEnum, { nullable: true, description: 'Only those in this state.' })
    state: AccountChangeState | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which to read on.' }) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<AccountChangeType>> {
    const size = pageSize(first);
    const [last] = readListCursor(after, 1) ?? [];
    const options = { creditor, state, limit: size + 1, ...(last !== undefined && { after: String(last) }) };
    const changes = await context.services.accounts.list(callerOf(context), options);
    return toConnection(changes, size, { cursor: ({ id }) => listCursor(id), node: (change) => change });
  }
}
