import { type GraphQLSchema, isScalarType, valueFromASTUntyped } from 'graphql';

const DURATION = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const DAY = 86_400_000;

/**
 * The moment that a date or a duration means.
 * @param text `2021`, `2021-05-01`, a time of ISO 8601, or a duration such as `-P2W1D` from `now`
 * @returns milliseconds, or undefined if it is none of these
 */
export function dateOf(text: string, now: number): number | undefined {
  const duration = DURATION.exec(text);
  if (duration !== null && /\d/.test(text)) {
    const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = duration
      .slice(2)
      .map((part) => Number(part ?? 0));
    const length =
      (years * 365 + months * 30 + weeks * 7 + days) * DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000;
    return now + (duration[1] === '-' ? -length : length);
  }
  const time = /^\d{4}(-\d\d(-\d\d(T.*)?)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const isDate = (value: unknown): boolean => typeof value === 'string' && dateOf(value, 0) !== undefined;
const isTime = (value: unknown): boolean => isDate(value) && !String(value).includes('P');
const isDay = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && isTime(value);

const CHECKS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['DateTime', isTime],
  ['DateTimeOrDuration', isDate],
  ['TimelessDate', isDay],
  ['TimelessDateOrDuration', isDate],
  ['Duration', (value) => typeof value === 'number' || (typeof value === 'string' && DURATION.test(value))],
  [
    'UUID',
    (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  ],
  ['JSONObject', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
]);

/** Gives the custom scalars of a schema that was built of SDL the checks that the API makes: an SDL has their names only. */
export function checkScalars(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const check = isScalarType(type) ? CHECKS.get(type.name) : undefined;
    if (check === undefined || !isScalarType(type)) continue;
    const accept = (value: unknown): unknown => {
      if (!check(value)) throw new TypeError(`${type.name} cannot represent ${JSON.stringify(value)}`);
      return value;
    };
    type.parseValue = accept;
    type.parseLiteral = (node, variables) => accept(valueFromASTUntyped(node, variables));
  }
}
