import eckles from "eckles";
import { asked, ec, keys, reverse, thumbprint } from "./driver.mjs";

for (const namedCurve of ["P-256", "P-384"]) {
    const made = await eckles.generate({ format: "jwk", namedCurve });
    const jwk = await eckles.import({ pem: await eckles.export({ jwk: made.public }), public: true });
    keys(`${namedCurve} key`, made.public);
    keys(`${namedCurve} key from PEM`, jwk);
    keys(`${namedCurve} PEM`, await eckles.export({ jwk: made.public }));
    thumbprint(`${namedCurve} thumbprint`, await eckles.thumbprint({ jwk: made.public }), made.public);
}
reverse("thumbprint of a key", "thumbprint", await eckles.thumbprint({ jwk: asked.jwk }));
