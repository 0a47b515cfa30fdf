/** JSON files are bundled as text: the server sends them as they are. */
declare module '*.json' {
  const text: string;
  export default text;
}
