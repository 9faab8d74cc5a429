// The computation of each group of measures.

import { codesGroup, likelihoodGroup, probeGroup } from "./code-groups.ts";
import type { Group } from "./group.ts";
import type { GroupName } from "./measures.ts";
import { reconstructionGroup, similarityGroup, translationGroup } from "./reconstruction-groups.ts";
import {
  classesGroup,
  distanceGroup,
  manifoldGroup,
  memorisationGroup,
  modesGroup,
} from "./sample-groups.ts";
import { detectionGroup, membershipGroup } from "./score-groups.ts";

export const computations: Readonly<Record<GroupName, Group>> = {
  reconstruction: reconstructionGroup,
  similarity: similarityGroup,
  distance: distanceGroup,
  manifold: manifoldGroup,
  classes: classesGroup,
  modes: modesGroup,
  likelihood: likelihoodGroup,
  codes: codesGroup,
  probe: probeGroup,
  memorisation: memorisationGroup,
  detection: detectionGroup,
  membership: membershipGroup,
  translation: translationGroup,
};
