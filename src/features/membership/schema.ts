export const KINDS = ['nonprofit', 'cooperative', 'union', 'collective', 'individual'] as const;
export type Kind = (typeof KINDS)[number];
