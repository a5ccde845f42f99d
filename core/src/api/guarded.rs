//! The rows of the guard's services in the table of operations: approvals, vault, credentials, risk and
//! signing.

/// The whole table: the services before the guard's, the guard's, and those after it.
macro_rules! guarded {
    ({ $($before:tt)* } { $($after:tt)* }) => {
        operations! {
            $($before)*

    /// The consent of others before large sums move.
    service approvals Approvals {
        writes {
            /// Asks for the consent of others before calls with this effect, from this amount up; it takes
            /// the place of the policy of that name. It holds at once, in every process.
            set_policy(rq::SetPolicy) -> vp::PolicyReply, key Optional, kept day, host Joins, effect "approval", actor false, who Staff,
                codes [amounts currency_mismatch version_conflict];
            /// Removes a policy. Approvals that were asked for already stay as they were asked for.
            remove_policy(rq::RemovePolicy) -> vp::PolicyRemoved, key Optional, kept day, host Joins, effect "approval", actor false, who Staff,
                codes [version_conflict];
            /// Consents to a call that waits. The last consent that is needed makes the call, under its own
            /// key and as the actor who asked for it; where it is refused then, this may be repeated until
            /// the approval expires.
            approve(rq::ApproveCall) -> vp::ApproveReply, key Optional, kept forever, host Joins, effect "approval", actor true, who Approver,
                codes [approval already_approved self_approval];
            /// Refuses a call that waits, for good.
            reject(rq::RejectCall) -> vp::ApprovalReply, key Optional, kept forever, host Joins, effect "approval", actor true, who Approver,
                codes [approval];
        }
        reads {
            /// The policies in force.
            policies(rq::ListPolicies) -> Page<vp::Policy> = crate::approval::queries::policies, sequenced false, who Staff;
            /// One approval.
            get(rq::GetApproval) -> vp::Approval = crate::approval::queries::get, sequenced false, who Asked,
                codes [approval_not_found];
            /// Approvals, newest first.
            list(rq::ListApprovals) -> Page<vp::Approval> = crate::approval::queries::list, sequenced false, who Listed;
        }
    }

    /// Personal data and other secrets, sealed with keys that the store does not have.
    service vault Vault {
        writes {
            /// Seals a value of a subject. Under a name that it has, the old value is gone.
            put(rq::PutValue) -> vv::ValuePut, key Optional, kept day, host Joins, effect "vault.put", actor false, who Subject,
                codes [key_not_found decryption_failed version_conflict];
            /// Opens a value, and leaves an event that says who read it. Not inside a host's transaction,
            /// which may be rolled back with the event. A replay has no value: `reply_not_kept`.
            reveal(rq::RevealValue) -> vv::ValueRevealed, key Optional, kept day, host Refused, effect "vault.reveal", actor false, who Subject,
                codes [key_not_found decryption_failed reply_not_kept];
            /// Opens all values of a subject, as its own copy of what is kept of it, and leaves an event. Not
            /// inside a host's transaction.
            export(rq::ExportSubject) -> vv::SubjectExported, key Optional, kept day, host Refused, effect "vault.reveal", actor false, who Staff,
                codes [key_not_found decryption_failed reply_not_kept];
            /// Removes the data key of a subject, its values and what finds them, in one commit. Its money
            /// and its deals stay. A value that is put afterwards begins at version 1.
            forget(rq::ForgetSubject) -> vv::SubjectForgotten, key Optional, kept day, host Joins, effect "vault.forget", actor false, who Staff,
                codes [key_not_found];
        }
        reads {
            /// Finds subjects by a value and its name.
            find(rq::FindSubjects) -> vv::SubjectsFound = crate::vault::queries::find, sequenced false, who Staff,
                codes [key_not_found];
            /// The names of the values of a subject, in order.
            list(rq::ListValues) -> Page<vv::ValueListed> = crate::vault::queries::list, sequenced false, who Subject,
                codes [key_not_found];
            /// The keys of the keyring that the book rests on: those that wrap its data keys, and that of its
            /// index. Each says whether this process lacks it.
            keys(rq::ListVaultKeys) -> Page<vv::WrappingKey> = crate::vault::queries::keys, sequenced false, who Staff;
        }
        wholes {
            /// Makes the current key of this process's keyring the one that wraps, in every process, and
            /// wraps all data keys with it, a hundred in each commit, while the vault is in use. What is
            /// left is told; the next call continues.
            rotate(rq::RotateKeys) -> vv::KeysRotated = crate::staged::rewrap::rotate, effect "vault.rotate", who Staff,
                codes [key_not_found decryption_failed];
        }
    }

    /// PINs and one-time codes: what proves that somebody is who he says.
    service credentials Credentials {
        writes {
            /// Opens all locks of a PIN and of one-time codes, whichever of them there are.
            unlock_pin(rq::UnlockPin) -> vc::PinUnlocked, key Optional, kept day, host Joins, effect "credentials.unlock", actor true, who Admin,
                codes [key_not_found credential_not_found];
            /// Draws a secret for one-time codes, with its picture to scan and ten recovery codes. They are
            /// in force once a code was confirmed. A replay shows none of it: `reply_not_kept`.
            enrol_totp(rq::EnrolTotp) -> vc::TotpEnrolled, key Optional, kept day, host Refused, effect "credentials.enrol", actor false, who Subject,
                codes [key_not_found decryption_failed reply_not_kept];
            /// Confirms an enrolment by its first code. Where its subject has a PIN or codes already it needs
            /// one of `proofs`.
            confirm_totp(rq::ConfirmTotp) -> vc::TotpConfirmed, key Optional, kept day, host Refused, effect "credentials.confirm", actor false, who Subject,
                codes [key_not_found decryption_failed credential_not_found factor_required otp_invalid otp_locked];
            /// Checks a one-time code or a recovery code, each good once, and gives a proof for `proofs`.
            /// Five wrong ones in a row lock.
            verify_totp(rq::VerifyTotp) -> vc::TotpVerified, key Optional, kept day, host Refused, effect "credentials.verify", risk checks, actor false, who Subject,
                codes [key_not_found decryption_failed credential_not_found otp_invalid otp_reused otp_locked reply_not_kept];
        }
        wholes {
            /// Sets a PIN. Where there is one, `current` or the proof of a one-time code is needed, or an
            /// admin sets another one, which its owner should change. A first one needs such a proof where
            /// codes are in force, or an admin.
            set_pin(rq::SetPin) -> vc::PinSet = crate::staged::pins::set, effect "credentials.set", who Subject,
                codes [key_not_found decryption_failed credential_not_found factor_required pin_invalid pin_locked checks];
            /// Checks a PIN and gives a proof for `proofs`. The attempt counts before it is checked; five
            /// wrong ones in a row lock for five minutes, and after that there is one try each.
            verify_pin(rq::VerifyPin) -> vc::PinVerified = crate::staged::pins::verify, effect "credentials.verify", risk checks, who Subject,
                codes [key_not_found decryption_failed credential_not_found pin_invalid pin_locked];
        }
    }

    /// Rules about how often and how much, judged before money moves.
    service risk Risk {
        writes {
            /// Sets a rule, which holds at once in every process, in the place of the one of that name.
            /// Another action, subject, metric or window begins from zero; the rest leaves the counts.
            set_rule(rq::SetRule) -> vk::RuleReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [amounts version_conflict];
            /// Sets a rate: calls of a subject are spaced, so many in a span, with a burst.
            set_rate(rq::SetRate) -> vk::RateReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Removes a rule or a rate, and with it what it has counted.
            remove_rule(rq::RemoveRule) -> vk::RuleRemoved, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Says from which score on something follows; what is left out leads to nothing any more.
            set_thresholds(rq::SetThresholds) -> vk::ThresholdsReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Blocks an account, an actor, an address, a device or a value: what opens something for it is
            /// refused, whatever rules say. It takes the place of an entry that allows.
            block(rq::BlockSubject) -> vk::ListReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Lets an account, an actor, an address, a device or a value through, whatever rules say.
            allow(rq::AllowSubject) -> vk::ListReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Takes somebody or something off the lists.
            unlist(rq::UnlistSubject) -> vk::ListReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [version_conflict];
            /// Agrees to a call that waits for people to look at it, which is then made under its own key, as
            /// the actor who asked for it. Where it is refused then, this may be repeated.
            approve_review(rq::ApproveReview) -> vk::ReviewedReply, key Optional, kept forever, host Joins, effect "approval", actor true, who Admin,
                codes [approval already_approved self_approval];
            /// Refuses a call that waits for people to look at it, for good.
            reject_review(rq::RejectReview) -> vk::ReviewReply, key Optional, kept forever, host Joins, effect "approval", actor true, who Admin,
                codes [approval];
            /// Sets the rules of a pack, by names that begin with `pack.`; again: back to its numbers.
            install_pack(rq::InstallPack) -> vk::PackReply, key Optional, kept day, host Joins, effect "risk", actor false, who Staff,
                codes [amounts version_conflict];
        }
        reads {
            /// The rules, the rates and the thresholds.
            rules(rq::ListRules) -> vk::Rules = crate::risk::queries::rules, sequenced false, who Staff;
            /// Returns the rules' verdict on a call now, whatever its objects and funds. Nothing is counted.
            evaluate(rq::EvaluateRisk) -> vk::Decision = crate::risk::queries::evaluate, sequenced false, who Staff,
                codes [amounts];
            /// Calls that wait for people to look at them, and those that did, newest first.
            reviews(rq::Reviews) -> Page<vk::Review> = crate::risk::reviews::operations::reviews, sequenced false, who Staff;
            /// Rates an account by its operations, its disputes and its refunds.
            profile(rq::GetProfile) -> vk::Profile = crate::risk::judging::profile::profile, sequenced false, who Staff,
                codes [account];
            /// Lists decisions in which something fired, newest first. A plain yes is not kept.
            decisions(rq::Decisions) -> Page<vk::Decision> = crate::risk::queries::decisions, sequenced false, who Staff;
        }
    }

    /// Keys of Ethereum-like chains, what each may sign, and what they signed.
    service signing Signing {
        writes {
            /// Draws a key and seals it in the vault. No operation shows a private key.
            create_key(rq::CreateKey) -> vg::KeyKept, key Optional, kept forever, host Refused, effect "signing.key", actor false, who Staff,
                codes [key_not_found decryption_failed];
        }
        reads {
            /// The keys, newest first.
            keys(rq::ListSigningKeys) -> Page<vg::SigningKey> = crate::signing::queries::keys, sequenced false, who Staff;
            /// Puts the answer of a service or a phone onto what was prepared, and reads it back. An answer
            /// with a high s is lowered; one of another key is `signature_invalid`.
            complete(rq::CompleteSignature) -> vg::SignatureCompleted = crate::signing::queries::complete, sequenced false, who Staff,
                codes [key_not_found signature_invalid];
            /// The address of a key.
            address(rq::GetAddress) -> vg::KeyAddress = crate::signing::queries::address, sequenced false, who Staff,
                codes [key_not_found];
        }
        generics {
            /// Recovers the signer of a message, typed data or a digest.
            recover(rq::RecoverAddress) -> vg::AddressRecovered = crate::staged::chains::recover, who Anybody,
                codes [signature_invalid];
            /// Decodes a signed transaction, which must be in its one canonical form, and recovers its
            /// signer.
            decode_transaction(rq::DecodeTransaction) -> vg::TransactionDecoded = crate::staged::chains::decode_transaction, who Anybody,
                codes [signature_invalid];
            /// The `to` and `data` of a transaction that moves tokens (ERC-20).
            erc20_transfer(rq::Erc20Transfer) -> vg::CallData = crate::staged::chains::erc20_transfer, who Anybody;
        }
        wholes {
            /// Takes over a key from elsewhere and seals it, or the address of one that the host has. One
            /// that is there already stays as it is.
            import_key(rq::ImportKey) -> vg::KeyKept = crate::staged::signing::import_key, effect "signing.key", who Staff,
                codes [key_not_found decryption_failed password_invalid];
            /// Says what a key may sign. It takes the place of the policy before; what was counted stays.
            set_key_policy(rq::SetKeyPolicy) -> vg::KeyPolicySet = crate::staged::signing::set_key_policy, effect "signing.key", who Staff,
                codes [key_not_found version_conflict];
            /// Judges and counts what a service or a phone is to sign, and gives its 32 bytes: for keys whose
            /// private key is with the host.
            prepare(rq::PrepareSignature) -> vg::SignaturePrepared = crate::staged::signing::prepare, effect "signing.sign", who Staff,
                codes [key_not_found decryption_failed limit_exceeded factor_required version_conflict];
            /// Signs a transaction, once the key's policy has judged what it moves. The same transaction
            /// again has the same signature and counts no more, nor does one of the same nonce that moves
            /// less.
            sign_transaction(rq::SignTransaction) -> vg::TransactionSigned = crate::staged::signing::sign_transaction, effect "signing.sign", who Staff,
                codes [key_not_found decryption_failed limit_exceeded factor_required version_conflict];
            /// Signs a message (EIP-191).
            sign_message(rq::SignMessage) -> vg::DigestSigned = crate::staged::signing::sign_message, effect "signing.sign", who Staff,
                codes [key_not_found decryption_failed factor_required version_conflict];
            /// Signs typed data (EIP-712), once the key's policy has judged what it lets others take.
            sign_typed_data(rq::SignTypedData) -> vg::DigestSigned = crate::staged::signing::sign_typed_data, effect "signing.sign", who Staff,
                codes [key_not_found decryption_failed limit_exceeded factor_required version_conflict];
        }
    }

            $($after)*
        }
    };
}
