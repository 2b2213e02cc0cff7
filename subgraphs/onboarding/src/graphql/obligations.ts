/** What an institution must do of the roadmap, by when, and whether it has. */
import { Allow, DateScalar, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { InstitutionObligation } from '../services/roadmap.ts';
import { AdoptionSourceEnum, ObligationStateEnum, RequirementEnum } from './configuration-enums.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { InstitutionInput } from './identity-types.ts';
import { InitiativeType } from './initiatives.ts';
import { Requires } from './requires.ts';

const OWN = { nullable: true, description: 'The institution; the caller’s own when absent. Operators name one.' };

@ObjectType('Obligation', { description: 'What an institution has to do of one initiative of the roadmap.' })
export class ObligationType {
  @Field(() => InitiativeType, { description: 'The initiative.' })
  initiative!: InitiativeType;

  @Field(() => RequirementEnum, { description: 'Whether it is required of the institution.' })
  requirement!: string;

  @Field(() => String, { nullable: true, description: 'Why it is or is not, where that is not plain.' })
  reason?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of the quarter of the obligation; null where none is set.' })
  dueDate?: string;

  @Field(() => ObligationStateEnum, { description: 'Whether it is done.' })
  state!: string;

  @Field(() => AdoptionSourceEnum, { description: 'Who says whether it is adopted.' })
  source!: string;

  @Field(() => Boolean, { description: 'Whether the institution has adopted it.' })
  adopted!: boolean;

  @Field(() => String, { description: 'What shows it.' })
  evidence!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it is adopted, where that is known.' })
  adoptedSince?: number;

  @Field(() => Int, { description: 'Revision of the institution’s own declaration; 0 when there is none.' })
  declarationRevision!: number;
}

@Resolver()
export class Obligations {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('ROADMAP')
  @Query(() => [ObligationType], {
    description:
      'What must I still do, by when: the initiatives that concern an institution, what is to be done first before the rest. Without onlyToDo also what is done, optional or not required.',
  })
  async myObligations(
    @Arg('onlyToDo', () => Boolean, { defaultValue: true, description: 'Only what is mandatory, or may be, and not done.' })
    onlyToDo: boolean,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ObligationType[]> {
    return (await context.services.roadmap.obligations(callerOf(context), { institution, onlyToDo })).map(presentObligation);
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('REGISTRATION')
  @Mutation(() => ObligationType, {
    description: 'Says whether an institution has adopted an initiative, where the platform cannot see it.',
  })
  async declareAdoption(
    @Arg('initiative', () => String, { description: 'Id of the initiative.' }) initiative: string,
    @Arg('adopted', () => Boolean, { description: 'Whether it is adopted.' }) adopted: boolean,
    @Arg('revision', () => Int, { description: 'Revision of the declaration that the caller has seen; 0 when there was none.' })
    revision: number,
    @Arg('note', () => String, { nullable: true, description: 'What shows it, up to 500 characters.' }) note: string | null,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ObligationType> {
    const request = { initiative, adopted, revision, note, institution };
    return presentObligation(await context.services.roadmap.declare(callerOf(context), request));
  }
}

function presentObligation({ initiative, adoption, ...rest }: InstitutionObligation): ObligationType {
  const { adopted, evidence, since } = adoption;
  const presented = { ...initiative, subjects: [...initiative.subjects] };
  return { ...rest, initiative: presented, adopted, evidence, ...(since !== undefined && { adoptedSince: since }) };
}
