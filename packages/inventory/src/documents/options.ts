/** What a document needs to know beyond the inventory. */
export interface DocumentOptions {
  /** Repository or file name, as people know the image. */
  readonly name: string;
  readonly tag?: string;
  /** Text of the Dockerfile that the image was built from, for those documents that tell of it. */
  readonly dockerfile?: string;
  /** Of Tidewaiter itself. */
  readonly toolVersion: string;
  /** When the inventory was taken. */
  readonly createdAt: Date;
}
