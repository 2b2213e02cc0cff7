/**
 * What is said of a station or a channel, whether it is set by an operator (with its code) or proposed by its owner (without). Bases of inputs:
 * no field takes them, and so the schema does not have them.
 */
import { Field, InputType, Int } from 'type-graphql';
import { PaymentModelEnum } from './enums.ts';
import { StationStandInPolicyType } from './stand-in-policy.ts';

const yes = { nullable: true, description: 'Whether it may work; true when absent.' };

@InputType()
export class StationFields {
  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Version of paGetPayment and paSendRT spoken with it, 1 or 2; 2 when absent.' })
  primitiveVersion?: number | null;

  @Field(() => String, { description: 'Where its SOAP primitives are called.' })
  endpoint!: string;

  @Field(() => String, { nullable: true, description: 'Its password, 8 to 15 characters. Absent: the one it has.' })
  password?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether messages to it tell of Stand-In; false when absent.' })
  standInFlag?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it answers the payment options call; false when absent.' })
  paymentOptions?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Where its REST calls go.' })
  restEndpoint?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether its creditors leave their positions to the platform, which then answers for them and never calls it; false when absent.',
  })
  asynchronous?: boolean | null;

  @Field(() => StationStandInPolicyType, { nullable: true, description: 'What of the Stand-In policy is otherwise for it.' })
  standInPolicy?: StationStandInPolicyType | null;
}

@InputType()
export class ChannelFields {
  @Field(() => [String], { description: 'Codes of the PSPs that it pays for.' })
  psps!: string[];

  @Field(() => String, { nullable: true, description: 'Its password, 8 to 15 characters. Absent: the one it has.' })
  password?: string | null;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => PaymentModelEnum, { nullable: true, description: 'How payments on it come about; ATTIVATO_PRESSO_PSP when absent.' })
  paymentModel?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether answers on it tell of Stand-In; false when absent.' })
  standInFlag?: boolean | null;
}
