import { GraphQLError } from 'graphql';

/** What Linear answers when an id leads nowhere. */
export function notFound(type: string): GraphQLError {
  return inputError(`Entity not found: ${type}`, `Could not find referenced ${type}.`);
}

/** What Linear answers when an input makes no sense though its types are right. */
export function inputError(message: string, presentable: string = message): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      type: 'invalid input',
      code: 'INPUT_ERROR',
      statusCode: 400,
      userError: true,
      userPresentableMessage: presentable,
    },
  });
}
