//! Signs with a key that the host keeps: in a key service, in an HSM, on a phone.

use async_trait::async_trait;

use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::signing::requests::{CompleteSignature, PrepareSignature};
use crate::signing::views::SignatureCompleted;

/// A signer with a private key of secp256k1 that the engine never sees. Give it to [`Engine::sign_with`].
#[async_trait]
pub trait Signer: Send + Sync {
    /// Signs 32 bytes as they are, with the key of an address (EIP-55). The answer may be DER, as key
    /// services and HSMs give it, or r and s of 32 bytes each, with or without a last byte; s may be high.
    ///
    /// # Errors
    /// The sort of failure, such as `AccessDenied`, which people are shown. It is a constant of the program,
    /// because the message of a key service may repeat the request.
    async fn sign(&self, from: &str, digest: &[u8; 32]) -> Result<Vec<u8>, &'static str>;
}

impl Engine {
    /// Signs with a key whose private key is with the host, in one call: [`Signing::prepare`] judges and
    /// counts by the key's policy, `signer` signs the 32 bytes, [`Signing::complete`] lowers s, finds the
    /// parity and reads the signed transaction back. A failure of the signer undoes nothing: the amount stays
    /// counted for the day. The same (chain, nonce) counts only once, so the call may be repeated.
    ///
    /// # Errors
    /// As those two; `signature_invalid` when the signer fails, or answers with the signature of another key
    /// or of other bytes.
    ///
    /// [`Signing::prepare`]: crate::api::operations::Signing::prepare
    /// [`Signing::complete`]: crate::api::operations::Signing::complete
    ///
    /// ```
    /// use earnest::keyring::Keyring;
    /// use earnest::requests::{ImportKey, PrepareSignature};
    /// use earnest::{Engine, Options, Services as _, Signer};
    ///
    /// struct Phone(k256::ecdsa::SigningKey);
    ///
    /// #[async_trait::async_trait]
    /// impl Signer for Phone {
    ///     async fn sign(&self, _from: &str, digest: &[u8; 32]) -> Result<Vec<u8>, &'static str> {
    ///         // with AWS KMS: Sign with MessageType DIGEST and ECDSA_SHA_256, `.map_err(|_| "kms:Sign")`
    ///         let (signature, _) = self.0.sign_prehash_recoverable(digest);
    ///         Ok(signature.to_der().as_bytes().to_vec())
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// # let mut secret = [0; 32];
    /// # let text = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    /// # hex::decode_to_slice(text, &mut secret).unwrap();
    /// # let phone = Phone(k256::ecdsa::SigningKey::from_slice(&secret).unwrap());
    /// let options = Options::new().keyring(Keyring::for_tests());
    /// let bank = Engine::open_with("memory:", options).await?;
    /// let address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    /// let key = bank.signing().import_key(ImportKey::new().address(address)).await?.key;
    /// let asked = PrepareSignature::new(key.to_string()).message("Pay 5 USD to bob");
    /// let signed = bank.sign_with(&phone, asked).await?;
    /// assert_eq!(signed.signature.len(), 2 + 2 * 65);
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    pub async fn sign_with(
        &self,
        signer: &dyn Signer,
        request: PrepareSignature,
    ) -> Result<SignatureCompleted> {
        let prepared = self.signing().prepare(request.clone()).await?;
        let mut digest = [0; 32];
        hex::decode_to_slice(prepared.digest.trim_start_matches("0x"), &mut digest)
            .map_err(|_| Error::corrupted("the digest of a signature"))?;
        let signature = signer.sign(&prepared.from, &digest).await.map_err(|failure| {
            Error::from(Detail::SignatureInvalid { reason: format!("the signer failed: {failure}") })
        })?;
        let mut answer = CompleteSignature::new(request.key, format!("0x{}", hex::encode(signature)));
        answer.actor = request.actor;
        answer.tx = request.tx;
        answer.message = request.message;
        answer.message_hex = request.message_hex;
        answer.typed_data = request.typed_data;
        self.signing().complete(answer).await
    }
}
