import rasha from "rasha";
import { keys, thumbprint } from "./driver.mjs";

const made = await rasha.generate({ format: "jwk", modulusLength: 2048 });
keys("key", made.public);
keys("PEM", await rasha.export({ jwk: made.public }));
thumbprint("thumbprint", await rasha.thumbprint({ jwk: made.public }), made.public);
