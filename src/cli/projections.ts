/** How codes of more than two numbers become points of the plane. */
export const PROJECTIONS = ["principal", "umap"] as const;
export type Projection = (typeof PROJECTIONS)[number];
