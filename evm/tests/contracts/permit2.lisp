; Permits for all tokens, as https://github.com/Uniswap/permit2 has them: allowances that are signed, one or a batch,
; and transfers that are signed, one or a batch, with and without a witness. It is laxer in what it leaves out:
; deadlines, and the order of nonces of allowances.

(def grant (of token for) (tagged (begins (hash 4 of token)) for))

; Takes tokens that their owner has approved for this contract.
(def pull (token from to amount)
  (mstore 0x700 (shl 224 (selector "transferFrom(address,address,uint256)")))
  (mstore 0x704 from)
  (mstore 0x724 to)
  (mstore 0x744 amount)
  (require (call (gas) token 0 0x700 100 0 0)))

; Sets v, r and s from the bytes that begin `offset` after the selector.
(def signature (offset)
  (set bytes (add 4 offset))
  (set r (calldataload (add bytes 32)))
  (set s (calldataload (add bytes 64)))
  (set v (byte 0 (calldataload (add bytes 96)))))

(def detail (at)
  (hash (text "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)")
    (low (calldataload at)) (calldataload (add at 32)) (calldataload (add at 64)) (calldataload (add at 96))))

(def permission (at)
  (hash (text "TokenPermissions(address token,uint256 amount)")
    (low (calldataload at)) (calldataload (add at 32))))

(def on (name) (eq selector name))

(if (on (selector "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)"))
  (set owner (low (arg 0)))
  (set for (low (arg 5)))
  (set struct (hash
    (text "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)")
    (detail 36) for (arg 6)))
  (signature (arg 7))
  (signed struct owner v r s)
  (sstore (grant owner (low (arg 1)) for) (arg 2))
  (stop))

(if (on (selector "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)"))
  (set owner (low (arg 0)))
  (set batch (add 4 (arg 1)))
  (set list (add batch (calldataload batch)))
  (set count (calldataload list))
  (set for (low (calldataload (add batch 32))))
  (set i 0)
  (while (lt i count)
    (set at (add (add list 32) (mul i 128)))
    (mstore (add 0x1000 (mul i 32)) (detail at))
    (set i (add i 1)))
  (set struct (hash
    (text "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)")
    (keccak256 0x1000 (mul count 32)) for (calldataload (add batch 64))))
  (signature (arg 2))
  (signed struct owner v r s)
  (set i 0)
  (while (lt i count)
    (set at (add (add list 32) (mul i 128)))
    (sstore (grant owner (low (calldataload at)) for) (calldataload (add at 32)))
    (set i (add i 1)))
  (stop))

; One transfer. `struct` was hashed with the address of whoever calls: nobody else can use it.
(def take-one (offset)
  (signature offset)
  (set owner (low (arg 6)))
  (signed struct owner v r s)
  (set nonce (hash owner (arg 2)))
  (once nonce)
  (require (iszero (gt (arg 5) (arg 1))))
  (pull (low (arg 0)) owner (low (arg 4)) (arg 5))
  (stop))

(if (on (selector "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)"))
  (set struct (hash
    (text "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)")
    (permission 4) (caller) (arg 2) (arg 3)))
  (take-one (arg 7)))

; The end of the type is the caller's, and so is the hash of the witness.
(if (on (selector "permitWitnessTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes32,string,bytes)"))
  (put 0x1000 "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,")
  (set stub (length "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"))
  (set end (add 4 (arg 8)))
  (set size (calldataload end))
  (calldatacopy (add 0x1000 stub) (add end 32) size)
  (set struct (hash (keccak256 0x1000 (add stub size)) (permission 4) (caller) (arg 2) (arg 3) (arg 7)))
  (take-one (arg 9)))

(def list-of-permitted ()
  (set batch (add 4 (arg 0)))
  (set list (add batch (calldataload batch)))
  (set count (calldataload list))
  (set i 0)
  (while (lt i count)
    (mstore (add 0x2000 (mul i 32)) (permission (add (add list 32) (mul i 64))))
    (set i (add i 1)))
  (set permitted (keccak256 0x2000 (mul count 32)))
  (set owner (low (arg 2))))

; Each to whom and up to what was asked for.
(def take-all ()
  (signed struct owner v r s)
  (set nonce (hash owner (calldataload (add batch 32))))
  (once nonce)
  (set asked (add 36 (arg 1)))
  (require (eq count (calldataload (sub asked 32))))
  (set i 0)
  (while (lt i count)
    (set at (add (add list 32) (mul i 64)))
    (set want (add asked (mul i 64)))
    (set amount (calldataload (add want 32)))
    (require (iszero (gt amount (calldataload (add at 32)))))
    (pull (low (calldataload at)) owner (low (calldataload want)) amount)
    (set i (add i 1)))
  (stop))

(if (on (selector "permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)"))
  (list-of-permitted)
  (set struct (hash
    (text "PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)")
    permitted (caller) (calldataload (add batch 32)) (calldataload (add batch 64))))
  (signature (arg 3))
  (take-all))

(if (on (selector "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes32,string,bytes)"))
  (list-of-permitted)
  (put 0x1000 "PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline,")
  (set stub (length "PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline,"))
  (set end (add 4 (arg 4)))
  (set size (calldataload end))
  (calldatacopy (add 0x1000 stub) (add end 32) size)
  (set struct (hash (keccak256 0x1000 (add stub size)) permitted (caller)
    (calldataload (add batch 32)) (calldataload (add batch 64)) (arg 3)))
  (signature (arg 5))
  (take-all))

(if (on (selector "approve(address,address,uint160,uint48)"))
  (sstore (grant (caller) (low (arg 0)) (arg 1)) (arg 2))
  (stop))

(if (on (selector "transferFrom(address,address,uint160,address)"))
  (set from (low (arg 0)))
  (set token (low (arg 3)))
  (set left (sload (grant from token (caller))))
  (require (iszero (lt left (arg 2))))
  (sstore (grant from token (caller)) (sub left (arg 2)))
  (pull token from (low (arg 1)) (arg 2))
  (stop))

(revert 0 0)
