/**
 * Type of Grafana's SDK as JSON: enums as their values, without methods, `any` as unknown. So the SDK checks the types of
 * what is written, and is not needed at run time.
 */
export type AsJson<T> = 0 extends 1 & T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? NumberOf<T>
      : T extends readonly (infer Item)[]
        ? readonly AsJson<Item>[]
        : T extends object
          ? { readonly [Key in keyof T as T[Key] extends () => void ? never : Key]: AsJson<T[Key]> }
          : T;

/** Number, or the values of a numeric enum. */
type NumberOf<T extends number> = `${T}` extends `${infer Literal extends number}`
  ? number extends Literal
    ? T
    : Literal
  : T;
