// Zod compiles checks as text, which the page's content security policy forbids and its workers report. Loaded before
// all that makes schemas.

import { z } from "zod";

z.config({ jitless: true });
