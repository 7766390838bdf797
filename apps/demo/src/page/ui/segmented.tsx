export interface SegmentedProps<Value extends string> {
  /** Of the radio buttons. */
  readonly name: string;
  /** What is chosen here, for those who do not see it. */
  readonly legend: string;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly lang?: string }[];
  readonly chosen: Value;
  readonly isSmall?: boolean;
  readonly choose: (value: Value) => void;
}

/** One of a few, side by side. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { name, legend, options, chosen, isSmall = false, choose } = props;
  return (
    <fieldset class={isSmall ? 'segmented segmented-small' : 'segmented'}>
      <legend class="sr">{legend}</legend>
      {options.map(({ value, text, lang }) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => choose(value)}
          />
          <span lang={lang}>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
