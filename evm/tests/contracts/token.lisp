; A token: ERC-20, permits of EIP-2612 and of DAI, authorizations of EIP-3009, several calls in one.

(def balance (who) (tagged 1 who))
(def allowance (of for) (tagged (begins (hash 2 of)) for))

(def move (from to amount)
  (require (iszero (lt (sload (balance from)) amount)))
  (sstore (balance from) (sub (sload (balance from)) amount))
  (sstore (balance to) (add (sload (balance to)) amount)))

(def on (name) (eq selector name))

(if (on (selector "transfer(address,uint256)"))
  (set to (low (arg 0)))
  (set amount (arg 1))
  (set me (caller))
  (move me to amount)
  (stop))

(if (on (selector "transferFrom(address,address,uint256)"))
  (set from (low (arg 0)))
  (set to (low (arg 1)))
  (set amount (arg 2))
  (set left (sload (allowance from (caller))))
  (require (iszero (lt left amount)))
  (sstore (allowance from (caller)) (sub left amount))
  (move from to amount)
  (stop))

(if (on (selector "approve(address,uint256)"))
  (sstore (allowance (caller) (arg 0)) (arg 1))
  (stop))

(if (on (selector "increaseAllowance(address,uint256)"))
  (set left (sload (allowance (caller) (arg 0))))
  (require (iszero (lt (add left (arg 1)) left)))
  (sstore (allowance (caller) (arg 0)) (add left (arg 1)))
  (stop))

; who votes for whom: nothing moves, but it is not nothing
(if (on (selector "delegate(address)"))
  (sstore (tagged 5 (caller)) (low (arg 0)))
  (stop))

(if (on (selector "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"))
  (set owner (low (arg 0)))
  (set for (low (arg 1)))
  (set nonce (sload (tagged 3 owner)))
  (sstore (tagged 3 owner) (add 1 nonce))
  (set struct (hash
    (text "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)")
    owner for (arg 2) nonce (arg 3)))
  (signed struct owner (arg 4) (arg 5) (arg 6))
  (sstore (allowance owner for) (arg 2))
  (stop))

(if (on (selector "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)"))
  (set owner (low (arg 0)))
  (set for (low (arg 1)))
  (require (eq (arg 2) (sload (tagged 3 owner))))
  (sstore (tagged 3 owner) (add 1 (arg 2)))
  (set struct (hash
    (text "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)")
    owner for (arg 2) (arg 3) (arg 4)))
  (signed struct owner (arg 5) (arg 6) (arg 7))
  (sstore (allowance owner for) (sub 0 (arg 4)))
  (stop))

(def authorized (type)
  (set from (low (arg 0)))
  (set to (low (arg 1)))
  (set amount (arg 2))
  (set struct (hash type from to amount (arg 3) (arg 4) (arg 5)))
  (signed struct from (arg 6) (arg 7) (arg 8))
  (set nonce (hash from (arg 5)))
  (once nonce)
  (move from to amount)
  (stop))

(if (on (selector "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"))
  (authorized (text "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)")))

(if (on (selector "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"))
  (require (eq (low (arg 1)) (caller)))
  (authorized (text "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)")))

; Each call is made of this contract by itself, for the same caller.
(if (on (selector "multicall(bytes[])"))
  (set list (add 4 (arg 0)))
  (set count (calldataload list))
  (set list (add list 32))
  (set i 0)
  (while (lt i count)
    (set at (add list (calldataload (add list (mul 32 i)))))
    (set size (calldataload at))
    (calldatacopy 0x1000 (add at 32) size)
    (require (delegatecall (gas) (address) 0x1000 size 0 0))
    (set i (add i 1)))
  (stop))

(revert 0 0)
