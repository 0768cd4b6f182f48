/** Whether two types are the same; `any` is only the same as `any`. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile unless the type argument is true. */
declare function assertType<Truth extends true>(this: void, truth?: Truth): void;
