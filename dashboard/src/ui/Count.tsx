import classes from "./Count.module.css";

interface CountProps {
  value: number;
  className: string | undefined;
  "data-testid"?: string;
}

/** A small number in a mark of fixed size: growing by a digit it moves nothing, itself included. */
export function Count({ value, className, ...rest }: CountProps) {
  return (
    <span className={`${classes["count"]} ${className}`} {...rest}>
      <span>{value > 99 ? "99+" : value}</span>
    </span>
  );
}
