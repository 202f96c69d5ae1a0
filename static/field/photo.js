/* Makes a photo small enough to send over a weak link, and names it by the hash of its bytes. */
const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const AIM_BYTES = 500_000;

/* Returns {hash, bytes} of a JPEG within the limits; throws if the file is no picture. */
export async function shrink(file, { photo_side_px, photo_bytes }) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, photo_side_px / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let blob;
  for (const quality of QUALITIES) {
    blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob.size <= Math.min(AIM_BYTES, photo_bytes)) break;
  }
  // Some phones count what a canvas holds against the page as long as it has a size.
  canvas.width = canvas.height = 0;
  const bytes = await blob.arrayBuffer();
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) =>
    byte.toString(16).padStart(2, "0")).join("");
  return { hash, bytes };
}
