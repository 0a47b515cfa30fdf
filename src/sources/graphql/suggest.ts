/** The nearest name, in other word orders too: shared by the sources that read GraphQL. */
export { didYouMean, suggest } from '../../model/suggest.ts';
